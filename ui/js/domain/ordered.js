// An order as it is read: what is ordered in one line, where it stands, what was done about it, and what the reader may do.

/** @import * as view from "../bindings/view.ts" */
/** @import { Sign } from "../shared/icon.js" */
import { h, setShown } from "../shared/dom.js";
import { moment } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { isolated } from "../shared/language.js";
import { words } from "../shared/words.js";

/** @type {Record<view.OrderState, Sign>} */
const STATE_SIGN = { unchecked: "question", queried: "warn", open: "check", stopped: "dash" };
/** @type {Record<view.StepWord, Sign>} */
const STEP_SIGN = { checked: "check", queried: "question", given: "check", declined: "cross", stopped: "dash" };
/** What must be explained. @type {readonly view.StepWord[]} */
const WITH_REASON = ["queried", "declined", "stopped"];

/** What is ordered, in one line. @param {view.OrderedView} ordered */
export function orderLine(ordered) {
  switch (ordered.what) {
    case "medicine":
      return words("order.line.medicine", { medicine: isolated(ordered.medicine), dose: isolated(ordered.dose), route: words(`order.route.${ordered.route}`), times: isolated(ordered.times) });
    case "oxygen":
      return words("order.line.oxygen", { low: ordered.low, high: ordered.high, device: isolated(ordered.device) });
    case "observation":
      return words("order.line.observation", { minutes: ordered.minutes, observe: isolated(ordered.observe) });
    default:
      return ordered;
  }
}

/** @param {view.StepView} step @param {(recordRef: string) => void} trust */
function stepPart(step, trust) {
  const who = step.role ? `${step.by}, ${words(`role.${step.role}`)}` : step.by;
  return h("li", { class: "order-step", "data-step": step.step }, icon(STEP_SIGN[step.step]),
    h("span", { class: "order-step-what" }, words(`order.step.${step.step}`)), h("span", { class: "order-step-who" }, who),
    h("span", { class: "written-when" }, moment(step.atMs, Date.now())),
    h("button", { class: "button quiet", type: "button", "aria-label": `${words("patient.trust")}: ${words(`order.step.${step.step}`)}`, onClick: () => trust(step.recordRef) }, words("patient.trust")),
    step.text ? h("p", { class: "prose order-step-text", dir: "auto" }, step.text) : null);
}

/**
 * What the reader may do. A step that must be explained asks why first; Enter signs, Escape takes it back.
 * @param {view.OrderView} order @param {(step: view.StepWord, text: string, button: HTMLButtonElement) => void} act
 */
function stepsToDo(order, act) {
  const place = h("div", { class: "order-why" });
  const buttons = order.may.map((step) => {
    const button = h("button", { class: "button", type: "button", onClick: () => (WITH_REASON.includes(step) ? ask(step, button) : act(step, "", button)) }, words(`order.do.${step}`));
    return button;
  });

  /** @param {view.StepWord} step @param {HTMLButtonElement} from */
  function ask(step, from) {
    const text = h("input", { class: "field", type: "text", maxlength: "500", required: true, dir: "auto", "aria-label": words(`order.why.${step}`), placeholder: words(`order.why.${step}`) });
    const sign = h("button", { class: "button primary", type: "submit" }, words("order.signStep", { step: words(`order.do.${step}`) }));
    const leave = () => {
      place.replaceChildren();
      from.focus();
    };
    place.replaceChildren(h("form", {
      class: "order-why-form",
      onSubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        act(step, text.value, sign);
      },
      onKeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        leave();
      },
    }, text, sign, h("button", { class: "button quiet", type: "button", onClick: leave }, words("sign.cancel"))));
    text.focus();
  }
  const el = h("div", { class: "order-do" }, h("div", { class: "buttons" }, ...buttons), place);
  setShown(el, buttons.length > 0);
  return el;
}

/**
 * @param {view.OrderView} order
 * @param {(recordRef: string) => void} trust
 * @param {((step: view.StepWord, text: string, button: HTMLButtonElement) => void) | null} act
 */
export function orderParts(order, trust, act) {
  return [
    h("p", { class: "order-line" }, orderLine(order.ordered)),
    order.note ? h("p", { class: "prose", dir: "auto" }, order.note) : null,
    h("p", { class: "order-state", "data-state": order.state }, icon(STATE_SIGN[order.state]), words(`order.state.${order.state}`)),
    order.steps.length > 0 ? h("ul", { class: "order-steps", "aria-label": words("order.steps") }, ...order.steps.map((step) => stepPart(step, trust))) : null,
    act ? stepsToDo(order, act) : null,
  ];
}
