// Nothing has been logged yet: what to paste, and a light that turns on.
import { html } from "../../../vendor/preact.js";
import { CopyButton } from "../../components/copy_button.js";

const INSTALL = "pip install spanlog";
const PROGRAM = `import logging, spanlog
spanlog.configure(agent_id="my-agent")
logging.getLogger("my-agent").error("hello, spanlog")`;

export function FirstSteps() {
  return html`
    <section class="first-steps card">
      <h2>Nothing has been logged here yet</h2>
      <p class="quiet">Put spanlog where your program runs:</p>
      <${Snippet} text=${INSTALL} />
      <p class="quiet">Then these three lines, and every logger you already have logs here:</p>
      <${Snippet} text=${PROGRAM} />
      <p class="quiet">
        They log to OTLP/HTTP on <code>127.0.0.1:4318</code>. If <code>spanlog up</code> printed another address, say
        so before: <code>export SPANLOG_ENDPOINT=http://…</code> Any OpenTelemetry SDK or Collector can send there too.
      </p>
      <p class="waiting" role="status"><span class="dot tone-good"></span>Waiting for the first record; this page turns live by itself.</p>
    </section>
  `;
}

/** @param {{ text: string }} props */
function Snippet({ text }) {
  return html`<div class="snippet"><pre class="code">${text}</pre><${CopyButton} text=${text} /></div>`;
}
