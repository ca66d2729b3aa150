// Runs in the page before everything else. It stands where the shell stands, in front of the mock host, and puts a text
// of the table in place of each text of each answer and event. What looks like a script and runs is noted.

/**
 * @param {object} given
 * @param {string[]} given.payloads
 * @param {string[]} given.inCharts
 * @param {Record<string, string[]>} given.texts
 * @param {string[]} given.identities
 */
export function door({ payloads, inCharts, texts, identities }) {
  let offset = 0;
  const noted = /** @type {string[]} */ ([]);
  /** Texts that were handed to the page, by the number in their mark. */
  const given = /** @type {{path: string, payload: number, text: string}[]} */ ([]);
  const numbers = new Map();
  const realIds = new Map();
  const hostileIds = new Map();

  globalThis.ran = () => noted.push(`a script ran: ${new Error().stack?.split("\n")[2]?.trim() ?? ""}`);
  document.addEventListener("securitypolicyviolation", (event) => noted.push(`refused by the policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  for (const [of, name] of [[Range.prototype, "createContextualFragment"], [Element.prototype, "insertAdjacentHTML"], [Element.prototype, "setHTMLUnsafe"], [document, "write"], [document, "writeln"]]) {
    of[name] = () => noted.push(`markup is parsed: ${name}`);
  }
  for (const [of, name] of [[Element.prototype, "innerHTML"], [Element.prototype, "outerHTML"], [ShadowRoot.prototype, "innerHTML"], [HTMLIFrameElement.prototype, "srcdoc"]]) {
    const { get } = Object.getOwnPropertyDescriptor(of, name) ?? {};
    Object.defineProperty(of, name, { get, set: () => noted.push(`markup is parsed: ${name}`) });
  }
  const parse = DOMParser.prototype.parseFromString;
  DOMParser.prototype.parseFromString = function parsed(text, type) {
    if (type !== "image/svg+xml") noted.push(`markup is parsed: ${type}`);
    return parse.call(this, text, type);
  };

  const hash = (/** @type {string} */ text) => [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7);
  const placeFor = (/** @type {string} */ key, shift = 0) => (hash(key) + offset + shift) % payloads.length;

  /** The same text at the same place is always given the same payload, so that lists stay lists. @param {string} path @param {string} value */
  function hostile(path, value, shift = 0) {
    const key = `${path} ${value}`;
    const turn = `${key} ${shift}`;
    if (!numbers.has(turn)) {
      const payload = placeFor(key, shift);
      numbers.set(turn, given.push({ path, payload, text: `${payloads[payload]}~${given.length}~` }) - 1);
    }
    return given[numbers.get(turn)]?.text ?? "";
  }

  /** @param {string} value */
  function hostileId(value) {
    const id = hostileIds.get(value) ?? `${value}${payloads[placeFor(value)]}`;
    hostileIds.set(value, id);
    realIds.set(id, value);
    return id;
  }

  /** @param {string} svg */
  function hostileChart(svg) {
    return svg.replace("</svg>", `${inCharts[(hash(svg) + offset) % inCharts.length]}</svg>`);
  }

  /** @param {any} value @param {string} name @param {string} path @returns {any} */
  function poisoned(value, name, path, shift = 0) {
    if (Array.isArray(value)) return value.map((each) => poisoned(each, name, `${path}[]`, shift));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, poisoned(each, key, path === "" ? key : `${path}.${key}`, shift)]));
    }
    if (typeof value !== "string" || value === "") return value;
    if (/svg$/i.test(name)) return hostileChart(value);
    // What somebody has typed comes back as it is.
    if (/~\d+~/.test(value)) return value;
    const kept = texts[name];
    if (!kept || kept.includes(value)) return value;
    return identities.includes(name) || /^[0-9a-f]{32,}$/.test(value) ? hostileId(value) : hostile(path, value, shift);
  }

  /** What the page gives back, as the mock host knows it. @param {any} value @returns {any} */
  function real(value) {
    if (Array.isArray(value)) return value.map(real);
    if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, real(each)]));
    return realIds.get(value) ?? value;
  }

  class Channel {
    /** @param {(message: any) => void} heard */
    constructor(heard) {
      this.heard = heard;
    }
  }
  /** @type {Promise<any> | undefined} */
  let opened;
  /** @type {Channel | undefined} */
  let events;

  /** @param {string} command @param {any} args */
  async function invoke(command, args = {}) {
    opened ??= import("/js/host/mock.js").then(({ host }) => host());
    const mock = await opened;
    if (command === "subscribe") {
      events = args.channel;
      return mock.subscribe((/** @type {any} */ event) => events?.heard(poisoned(event, "", "event")));
    }
    if (command === "subscribe_waves") return mock.subscribeWaves(args.id, (/** @type {any} */ frame) => args.channel.heard(frame));
    return mock.invoke(command, real(args)).then(
      (/** @type {any} */ answer) => poisoned(answer, "", command),
      (/** @type {any} */ thrown) => {
        throw poisoned(thrown, "", "error");
      },
    );
  }
  globalThis.__TAURI__ = { core: { invoke, Channel } };

  /** What a window leaves behind, so that the next one is alone. @type {(() => void)[]} */
  const leftovers = [];
  for (const target of [document, window]) {
    const listen = target.addEventListener.bind(target);
    target.addEventListener = (/** @type {[any, any, any]} */ ...args) => {
      leftovers.push(() => target.removeEventListener(...args));
      listen(...args);
    };
  }
  const repeat = globalThis.setInterval;
  globalThis.setInterval = (/** @type {any[]} */ ...args) => {
    const timer = repeat(...args);
    leftovers.push(() => clearInterval(timer));
    return timer;
  };
  /** Files do not change while the test runs. @type {Map<string, Promise<any>>} */
  const files = new Map();
  const get = globalThis.fetch;
  globalThis.fetch = async (path) => {
    if (!files.has(path)) files.set(path, get(path).then((answer) => answer.text()));
    const text = await files.get(path);
    return { ok: true, json: async () => JSON.parse(text) };
  };
  let windows = 0;

  globalThis.hostile = {
    noted, given, payloads, hostile, told: new Set(),
    /** Puts the window up anew, as if its page had been loaded, with other texts. @param {{query: string, hash: string, shift: number, density?: string, wall?: boolean}} next */
    begin({ query, hash: address, shift, density, wall }) {
      for (const remove of leftovers.splice(0)) remove();
      localStorage.clear();
      localStorage.setItem("wardlight.density", density ?? "comfortable");
      for (const region of document.querySelectorAll("[aria-live]")) region.textContent = "";
      for (const name of Object.keys(document.documentElement.dataset)) delete document.documentElement.dataset[name];
      history.replaceState(null, "", `/?${query}${address}`);
      const root = document.createElement("div");
      root.id = "app";
      root.className = wall ? "wall" : "";
      document.getElementById("app")?.replaceWith(root);
      for (const map of [numbers, realIds, hostileIds]) map.clear();
      given.length = 0;
      offset = shift;
      opened = undefined;
      windows += 1;
      void import(`/js/${wall ? "wall" : "main"}.js?${windows}`);
    },
    /** Sends an event that holds every kind of text an event can hold. @param {number} shift another payload for each */
    async push(shift) {
      const [session, ward, inbox] = await Promise.all(["session_state", "ward", "inbox"].map(async (command) => (await opened).invoke(command, command === "inbox" ? { tab: "active" } : {})));
      const values = ward.tiles.map((/** @type {any} */ tile) => ({ patientId: tile.patientId, parameter: tile.rateParameter, value: tile.rate }));
      events?.heard(poisoned({ seq: shift + 1, tags: [], frame: session.frame, values, alarms: inbox.rows }, "", "event", shift));
    },
  };
}
