// What has to be asked before a group is muted or assigned.
import { html, useState } from "../../../vendor/preact.js";
import { Dialog } from "../../components/dialog.js";
import { person } from "../../core/person.js";
import { apiTime } from "../../core/time.js";

const HOUR = 3_600_000;
const MUTES = [
  { value: "1h", label: "for 1 hour" },
  { value: "24h", label: "for 24 hours" },
  { value: "7d", label: "for 7 days" },
  { value: "10", label: "until 10 more records" },
  { value: "100", label: "until 100 more records" },
  { value: "ever", label: "until somebody opens it" },
];
/** @type {Record<string, number>} */
const LENGTHS = { "1h": HOUR, "24h": 24 * HOUR, "7d": 7 * 24 * HOUR };

/** @param {{ onClose: () => void, onMute: (how: { until?: string, count?: number }) => void }} props */
export function MuteDialog({ onClose, onMute }) {
  const [value, setValue] = useState("24h");
  const submit = () => {
    const length = LENGTHS[value];
    if (length) onMute({ until: apiTime(Date.now() + length) });
    else onMute(value === "ever" ? {} : { count: Number(value) });
    onClose();
  };
  return html`
    <${Dialog} title="Mute" onClose=${onClose} onSubmit=${submit} submit="Mute">
      <p class="quiet">It stays out of the overview and the summary.</p>
      <fieldset class="radios">
        <legend class="only-read-out">How long</legend>
        ${MUTES.map((each) => html`
          <label>
            <input type="radio" name="mute" value=${each.value} checked=${each.value === value}
              autofocus=${each.value === value} onChange=${() => setValue(each.value)} />
            ${each.label}
          </label>
        `)}
      </fieldset>
    <//>
  `;
}

/** @param {{ onClose: () => void, onAssign: (name: string) => void, now: string }} props */
export function AssignDialog({ onClose, onAssign, now }) {
  const [name, setName] = useState(now || person.value);
  const submit = () => {
    onAssign(name.trim());
    onClose();
  };
  return html`
    <${Dialog} title="Assign" onClose=${onClose} onSubmit=${submit} submit="Assign">
      <label class="stacked">
        To a person or an agent; empty for nobody
        <input class="field" autofocus maxlength="200" value=${name}
          onInput=${(/** @type {any} */ event) => setName(event.target.value)} />
      </label>
    <//>
  `;
}
