// Start of the wall's window: appearance and language as at the desk, then the beds.
import { commands, openHost } from "./host/host.js";
import { openWallStore } from "./store/wall.js";
import { speech } from "./views/language.js";
import { size } from "./views/size.js";
import { theme } from "./views/theme.js";
import { openWall } from "./views/wall.js";

const root = document.getElementById("app");
if (root) {
  theme();
  speech();
  size();
  // What is chosen at the desk holds here too: words are written when parts are made, so the window begins anew.
  window.addEventListener("storage", ({ key }) => {
    if (key === "wardlight.language" || key === "wardlight.theme" || key === "wardlight.size") location.reload();
  });
  const desk = commands(await openHost());
  const store = openWallStore(desk);
  openWall(root, desk, store);
  await store.ask.session();
  await store.listen();
}
