// Starts the page.
import { html, render } from "../vendor/preact.js";
import { startKeyboard } from "./core/keyboard.js";
import { startRouter } from "./core/router.js";
import { Shell } from "./shell.js";

startRouter();
startKeyboard();
const root = document.getElementById("app");
if (root) render(html`<${Shell} />`, root);
