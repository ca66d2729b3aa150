// Pages of which everything is told that a text could have done: asked for something, opened a window, thrown an error.

/** What the window may fetch, behind the server's address. */
const OWN = /^(\?.*)?$|^(js|css|locales|test\/fixtures)\/[\w/.]+(\?\d+)?$/;

/** @param {string} server @param {string} url */
export function isOwn(server, url) {
  return url === "data:," || (url.startsWith(server) && OWN.test(url.slice(server.length).split("#")[0] ?? ""));
}

/**
 * @param {import("playwright-core").BrowserContext} context
 * @param {string} server
 * @param {(what: string) => void} fault
 */
export async function watched(context, server, fault) {
  const page = await context.newPage();
  page.on("request", (request) => isOwn(server, request.url()) || fault(`asks for ${request.url().slice(0, 100)}`));
  page.on("websocket", (socket) => fault(`connects to ${socket.url()}`));
  page.on("popup", () => fault("opens a window"));
  page.on("download", () => fault("downloads a file"));
  page.on("frameattached", () => fault("a frame appears"));
  page.on("pageerror", (error) => fault(`thrown: ${(error.stack ?? error.message).slice(0, 300)}`));
  page.on("console", (message) => message.type() === "error" && fault(`console: ${message.text().slice(0, 200)}`));
  page.on("dialog", (dialog) => {
    fault(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return page;
}

/**
 * That the test would notice: the same texts as markup, without a policy, in a page that is nobody's.
 * @param {import("playwright-core").Browser} browser
 * @param {readonly string[]} texts
 */
export async function control(browser, texts) {
  const page = await browser.newPage();
  const asked = new Set();
  page.on("request", (request) => asked.add(request.url()));
  const alive = await page.evaluate(async (all) => {
    let ran = 0;
    globalThis.ran = () => (ran += 1);
    const made = all.filter((text) => {
      document.body.innerHTML = `<i>${text}</i>`;
      return document.body.querySelectorAll("*").length > 1;
    });
    await new Promise((resolve) => setTimeout(resolve, 300));
    return { ran, made: made.length };
  }, texts.filter((text) => !/plaintext|refresh/.test(text)));
  await page.close();
  return { ...alive, asked: asked.size };
}
