// Advice to the patient as it is read: how far it has come, what the patient decided and asked, and what the reader may do.

/** @import * as view from "../bindings/view.ts" */
/** @import { Sign } from "../shared/icon.js" */
import { h } from "../shared/dom.js";
import { moment } from "../shared/format.js";
import { icon } from "../shared/icon.js";
import { words } from "../shared/words.js";

/** @type {Record<view.DeliveryView["state"], Sign>} */
const DELIVERY_SIGN = { notDelivered: "unplug", delivered: "hub", read: "eye" };
/** @type {Record<view.DecisionState, Sign>} */
const DECISION_SIGN = { none: "dash", open: "question", accepted: "check", declined: "cross", expired: "clock" };
/** @type {Record<view.AnswerKind, Sign>} */
const ANSWER_SIGN = { accepted: "check", declined: "cross", asked: "question" };

/** How far it has come, in words. @param {view.DeliveryView} delivery @param {number} now */
export function deliveryText(delivery, now) {
  switch (delivery.state) {
    case "notDelivered":
      return words("advice.delivery.notDelivered");
    case "delivered":
      return words("advice.delivery.delivered", { time: moment(delivery.atMs, now) });
    case "read":
      return words("advice.delivery.read", { delivered: moment(delivery.deliveredMs, now), time: moment(delivery.atMs, now), by: words(`advice.by.${delivery.by}`) });
    default:
      return delivery;
  }
}

/** Where the decision stands, in words. @param {view.AdviceView} advice @param {number} now */
function decisionText(advice, now) {
  const until = advice.untilMs === null ? "" : moment(advice.untilMs, now);
  if (advice.decision === "open" && until) return words("advice.decision.openUntil", { time: until });
  if (advice.decision === "expired") return words("advice.decision.expired", { time: until });
  return words(`advice.decision.${advice.decision}`);
}

/** @param {view.ReplyView} reply @param {(recordRef: string) => void} trust @param {((reply: view.ReplyView, button: HTMLButtonElement) => void) | undefined} note */
function replyPart(reply, trust, note) {
  const now = Date.now();
  const title = words(`advice.answer.${reply.answer}`, { by: words(`advice.by.${reply.by}`) });
  const button = h("button", { class: "button", type: "button", onClick: () => note?.(reply, button) }, words("advice.note"));
  return h("li", { class: "advice-reply", "data-unread": String(reply.noted === null) }, icon(ANSWER_SIGN[reply.answer]),
    h("span", { class: "advice-what" }, title), h("span", { class: "written-when" }, moment(reply.atMs, now)),
    reply.noted === null ? h("span", { class: "advice-new" }, words("advice.unread")) : null,
    h("button", { class: "button quiet", type: "button", "aria-label": `${words("patient.trust")}: ${title}`, onClick: () => trust(reply.recordRef) }, words("patient.trust")),
    reply.text ? h("p", { class: "prose advice-said", dir: "auto" }, reply.text) : null,
    reply.void ? h("p", { class: "advice-void" }, icon("warn"), words(`advice.void.${reply.void}`)) : null,
    reply.noted ? h("p", { class: "written-name" }, icon("check"), words("advice.noted", { by: reply.noted.by, time: moment(reply.noted.atMs, now) })) : null,
    reply.mayNote && note ? h("p", { class: "buttons" }, button) : null);
}

/** @param {view.WithdrawnView} one @param {(recordRef: string) => void} trust */
function withdrawnPart(one, trust) {
  const who = one.role ? `${one.by}, ${words(`role.${one.role}`)}` : one.by;
  return h("div", { class: "advice-withdrawn" }, h("p", { class: "advice-line" }, icon("dash"), words("advice.withdrawn", { by: who, time: moment(one.atMs, Date.now()) })),
    h("p", { class: "prose", dir: "auto" }, one.text),
    h("button", { class: "button quiet", type: "button", "aria-label": `${words("patient.trust")}: ${words("advice.withdraw")}`, onClick: () => trust(one.recordRef) }, words("patient.trust")));
}

/**
 * @param {view.AdviceView} advice @param {boolean} sealed it is in the record, so that its delivery can be told
 * @param {(recordRef: string) => void} trust
 * @param {((reply: view.ReplyView, button: HTMLButtonElement) => void) | undefined} note
 */
export function adviceParts(advice, sealed, trust, note) {
  const now = Date.now();
  return [
    h("p", { class: "prose advice-text", "data-withdrawn": String(advice.withdrawn !== null), dir: "auto" }, advice.text),
    sealed ? h("p", { class: "advice-line", "data-delivery": advice.delivery.state }, icon(DELIVERY_SIGN[advice.delivery.state]), deliveryText(advice.delivery, now)) : null,
    advice.withdrawn ? withdrawnPart(advice.withdrawn, trust) : null,
    advice.proposal && !(advice.withdrawn && advice.decision === "open")
      ? h("p", { class: "advice-line", "data-decision": advice.decision }, icon(DECISION_SIGN[advice.decision]), decisionText(advice, now)) : null,
    advice.replies.length > 0 ? h("ul", { class: "advice-replies", "aria-label": words("advice.replies") }, ...advice.replies.map((reply) => replyPart(reply, trust, note))) : null,
  ];
}

/** What the reader may do with advice: go on from it, or take it back with a reason. @param {view.AdviceView} advice
 * @param {() => void} follow @param {(text: string, button: HTMLButtonElement) => void} withdraw */
export function adviceButtons(advice, follow, withdraw) {
  const place = h("div", { class: "order-why" });
  const back = h("button", { class: "button", type: "button", onClick: () => ask() }, words("advice.withdraw"));
  const go = h("button", { class: "button", type: "button", onClick: follow }, words("advice.follow"));

  function ask() {
    const text = h("input", { class: "field", type: "text", maxlength: "500", required: true, dir: "auto", "aria-label": words("advice.why"), placeholder: words("advice.why") });
    const sign = h("button", { class: "button primary", type: "submit" }, words("advice.signWithdrawal"));
    const leave = () => {
      place.replaceChildren();
      back.focus();
    };
    place.replaceChildren(h("form", {
      class: "order-why-form",
      onSubmit: (/** @type {Event} */ event) => {
        event.preventDefault();
        withdraw(text.value, sign);
      },
      onKeydown: (/** @type {KeyboardEvent} */ event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        leave();
      },
    }, text, sign, h("button", { class: "button quiet", type: "button", onClick: leave }, words("sign.cancel"))));
    text.focus();
  }
  return h("div", { class: "order-do" }, h("div", { class: "buttons" }, advice.mayFollow ? go : null, advice.mayWithdraw ? back : null), place);
}
