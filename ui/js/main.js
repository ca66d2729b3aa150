// Start: find the host, ask who sits here, put up the window, listen.
import { openApp } from "./app.js";
import { commands, openHost } from "./host/host.js";
import { openStore } from "./store/desk.js";

const root = document.getElementById("app");
if (root) {
  const desk = commands(await openHost());
  const store = openStore(desk);
  openApp(root, desk, store);
  await store.ask.session();
  await store.listen();
}
