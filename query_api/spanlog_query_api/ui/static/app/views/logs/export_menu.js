// The matching records as a file. A link could not carry the key, so the page fetches it; what is larger than a page
// should hold is a command line.
import { html, useEffect, useRef, useState } from "../../../vendor/preact.js";
import { download, queryText } from "../../core/api.js";
import { counted } from "../../core/numbers.js";
import { complain, say } from "../../core/toast.js";
import { CopyButton } from "../../components/copy_button.js";
import { Icon } from "../../components/icon.js";

const MOST_RECORDS = 100_000;
const FORMATS = [
  { name: "ndjson", label: "Lines of JSON", ending: "ndjson" },
  { name: "csv", label: "CSV", ending: "csv" },
  { name: "parquet", label: "Parquet", ending: "parquet" },
];

/** @param {{ query: import("./log_query.js").LogQuery, total: number | null }} props */
export function ExportMenu({ query, total }) {
  const menu = useRef(/** @type {HTMLDetailsElement | null} */ (null));
  const [isBusy, setBusy] = useState(false);
  useEffect(() => {
    const onPointer = (/** @type {Event} */ event) => {
      if (menu.current?.open && event.target instanceof Node && !menu.current.contains(event.target)) menu.current.open = false;
    };
    document.addEventListener("pointerdown", onPointer);
    return () => document.removeEventListener("pointerdown", onPointer);
  }, []);
  const close = () => {
    if (menu.current) menu.current.open = false;
  };
  const save = async (/** @type {typeof FORMATS[number]} */ format) => {
    close();
    setBusy(true);
    try {
      const asked = { ...query.asked(), format: format.name, limit: MOST_RECORDS };
      await download("/logs/export", asked, `spanlog-logs.${format.ending}`);
      say(`${total === null ? "The records" : counted(Math.min(total, MOST_RECORDS), "record")} as ${format.label}`);
    } catch (error) {
      complain(error);
    } finally {
      setBusy(false);
    }
  };
  const address = window.location.origin + "/logs/export" + queryText({ ...query.asked(), format: "ndjson", limit: total ?? MOST_RECORDS });
  const command = `curl -H "Authorization: Bearer $SPANLOG_API_KEY" '${address.replaceAll("'", "%27")}' -o spanlog-logs.ndjson`;
  return html`
    <details class="menu" ref=${menu} onKeyDown=${(/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape" || !menu.current?.open) return;
      event.preventDefault();
      close();
      menu.current.querySelector("summary")?.focus();
    }}>
      <summary class="button small" aria-label="Export">${isBusy ? "Exporting …" : html`<${Icon} name="download" /><span class="words">Export</span>`}</summary>
      <div class="menu-list">
        ${FORMATS.map((format) => html`
          <button type="button" key=${format.name} disabled=${isBusy} onClick=${() => save(format)}>${format.label}</button>
        `)}
        <p class="faint">${total !== null && total > MOST_RECORDS
          ? `The newest ${MOST_RECORDS.toLocaleString("en")} of them; all with a command` : "Or as a command"}
          <${CopyButton} text=${command} label="Copy the command for a shell" />
        </p>
      </div>
    </details>
  `;
}
