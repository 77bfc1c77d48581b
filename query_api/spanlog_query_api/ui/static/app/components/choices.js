// One of a few.
import { html } from "../../vendor/preact.js";

/**
 * @param {{ label: string, value: string, options: { value: string, label: string, title?: string }[],
 *   onChoose: (value: string) => void }} props
 */
export function Choices({ label, value, options, onChoose }) {
  return html`
    <div class="choices" role="group" aria-label=${label}>
      ${options.map((option) => html`
        <button type="button" aria-pressed=${option.value === value ? "true" : "false"} title=${option.title}
          onClick=${() => onChoose(option.value)}>${option.label}</button>
      `)}
    </div>
  `;
}
