// Which screen: kept in the fragment of the address, so that back works. Pure.

/** @typedef {{view: "ward" | "inbox" | "patients" | "emergency" | "handover" | "reports" | "access" | "settings"} | {view: "patient" | "trends", id: string}} Route */

const ID = /^[\w-]{1,64}$/;

/** @param {string} hash @returns {Route} */
export function routeOf(hash) {
  const [name = "", id = ""] = hash.replace(/^#\/?/, "").split("/");
  if ((name === "patient" || name === "trends") && ID.test(id)) return { view: name, id };
  if (name === "inbox" || name === "patients" || name === "emergency" || name === "handover" || name === "reports" || name === "access" || name === "settings") return { view: name };
  return { view: "ward" };
}

/** @param {Route} route */
export function hashOf(route) {
  return "id" in route ? `#/${route.view}/${route.id}` : `#/${route.view}`;
}
