// Which screen: kept in the fragment of the address, so that back works. Pure.

/** @typedef {{view: "ward" | "inbox" | "patients" | "settings"} | {view: "patient", id: string}} Route */

const ID = /^[\w-]{1,64}$/;

/** @param {string} hash @returns {Route} */
export function routeOf(hash) {
  const [name = "", id = ""] = hash.replace(/^#\/?/, "").split("/");
  if (name === "patient" && ID.test(id)) return { view: "patient", id };
  if (name === "inbox" || name === "patients" || name === "settings") return { view: name };
  return { view: "ward" };
}

/** @param {Route} route */
export function hashOf(route) {
  return route.view === "patient" ? `#/patient/${route.id}` : `#/${route.view}`;
}
