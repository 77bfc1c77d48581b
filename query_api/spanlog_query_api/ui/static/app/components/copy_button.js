// Copies a text.
import { html, useState } from "../../vendor/preact.js";
import { complain } from "../core/toast.js";
import { Icon } from "./icon.js";

const SHOWN_MILLISECONDS = 1500;

/** @param {{ text: string, label?: string, icon?: import("./icon.js").IconName }} props */
export function CopyButton({ text, label = "Copy", icon = "copy" }) {
  const [isDone, setDone] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
      setTimeout(() => setDone(false), SHOWN_MILLISECONDS);
    } catch {
      complain("the browser does not let this page copy; select the text instead");
    }
  };
  return html`
    <button type="button" class="button bare small" onClick=${copy} aria-label=${label} title=${label}>
      <${Icon} name=${isDone ? "check" : icon} />
    </button>
  `;
}
