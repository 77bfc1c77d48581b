// Names and values of a record, each with what can be done with it: filter by it, exclude it, copy it.
import { html } from "../../../vendor/preact.js";
import { LongText } from "../../components/attributes.js";
import { CopyButton } from "../../components/copy_button.js";
import { Icon } from "../../components/icon.js";
import { canAskFor } from "./query_text.js";

/**
 * @typedef {object} AttributeRow
 * @property {string} name
 * @property {unknown} value what is shown
 * @property {string | null} field under which name a query asks for it; null: it cannot
 * @property {string} [asked] the value as a query asks for it, where that is not what is shown
 * @property {string} [href] where it leads
 */

/** @param {unknown} value */
export function valueText(value) {
  return typeof value === "string" ? value : JSON.stringify(value, null, 1) ?? "";
}

/**
 * @param {{ title: string, rows: AttributeRow[], onFilter: (field: string, value: string, isExcluded: boolean) => void }} props
 */
export function AttributeRows({ title, rows, onFilter }) {
  if (!rows.length) return null;
  return html`
    <section class="attribute-rows" aria-label=${title}>
      <h3>${title}</h3>
      <dl>
        ${rows.map((row) => {
          const text = valueText(row.value);
          const asked = row.asked ?? text;
          const { field } = row;
          return html`
            <div key=${row.name}>
              <dt class="one-line" title=${row.name.slice(0, 300)}>${row.name}</dt>
              <dd class="value">${row.href ? html`<a href=${row.href}><${LongText} text=${text} /></a>` : html`<${LongText} text=${text} />`}</dd>
              <dd class="acts">
                ${field !== null && canAskFor(asked) && html`
                  <button type="button" class="button bare small" aria-label=${`Only ${field}: this value`} title="Only records with this value"
                    onClick=${() => onFilter(field, asked, false)}><${Icon} name="include" /></button>
                  <button type="button" class="button bare small" aria-label=${`Exclude ${field}: this value`} title="Only records without this value"
                    onClick=${() => onFilter(field, asked, true)}><${Icon} name="exclude" /></button>
                `}
                <${CopyButton} text=${text} label=${`Copy ${row.name.slice(0, 100)}`} />
              </dd>
            </div>
          `;
        })}
      </dl>
    </section>
  `;
}
