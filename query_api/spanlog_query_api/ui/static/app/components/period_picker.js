// Which time is looked at: one of the usual lengths, or from a moment to another.
import { html, useState } from "../../vendor/preact.js";
import { choosePeriod, chooseRange, currentPeriod, PERIODS } from "../core/period.js";
import { milliseconds, zoneAt, zoneName } from "../core/time.js";
import { Choices } from "./choices.js";
import { Dialog } from "./dialog.js";
import { Icon } from "./icon.js";

/** As a datetime-local field takes it. @param {string} text RFC 3339 */
function localText(text) {
  const at = new Date(milliseconds(text));
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

export function PeriodPicker() {
  const [isOpen, setOpen] = useState(false);
  const period = currentPeriod();
  const isCustom = period.name === "custom";
  return html`
    <div class="period-picker">
      <${Choices} label="Period" value=${period.name} onChoose=${choosePeriod}
        options=${PERIODS.map((each) => ({ value: each.name, label: each.label, title: `The last ${each.label}` }))} />
      <button type="button" class=${`button small ${isCustom ? "" : "icon-only"}`} aria-label="From … to …"
        title="From … to …" onClick=${() => setOpen(true)}>
        <${Icon} name="calendar" />${isCustom && period.label}
      </button>
      ${isOpen && html`<${RangeDialog} bounds=${period.bounds()} onClose=${() => setOpen(false)} />`}
    </div>
  `;
}

/** @param {{ bounds: { since: string, until: string }, onClose: () => void }} props */
function RangeDialog({ bounds, onClose }) {
  const [from, setFrom] = useState(localText(bounds.since));
  const [to, setTo] = useState(localText(bounds.until));
  const start = new Date(from).getTime();
  const end = to ? new Date(to).getTime() : null;
  const isWrong = Number.isNaN(start) || (end !== null && !(end > start));
  const submit = () => {
    if (isWrong) return;
    chooseRange(start, end);
    onClose();
  };
  return html`
    <${Dialog} title="From … to …" onClose=${onClose} onSubmit=${submit} submit="Show">
      <label class="stacked">From
        <input class="field" type="datetime-local" step="1" required autofocus value=${from}
          onInput=${(/** @type {any} */ event) => setFrom(event.target.value)} />
      </label>
      <label class="stacked">To (empty: now)
        <input class="field" type="datetime-local" step="1" value=${to}
          onInput=${(/** @type {any} */ event) => setTo(event.target.value)} />
      </label>
      <p class=${isWrong ? "level-error" : "faint"}>
        ${isWrong ? "It has to end after it begins." : `In your zone, ${zoneName} (${zoneAt()}).`}
      </p>
    <//>
  `;
}
