// A field that filters: the address follows when typing pauses.
import { html, useEffect, useId, useRef, useState } from "../../../vendor/preact.js";
import { queryValue, setQuery } from "../../core/router.js";

const TYPING_MILLISECONDS = 300;

/**
 * @param {{ name: string, label: string, placeholder?: string, choices?: string[], className?: string, id?: string }} props
 *   name: in the address; choices: what is offered
 */
export function FilterField({ name, label, placeholder = label, choices = [], className = "", id }) {
  const given = queryValue(name);
  const [text, setText] = useState(given);
  const timer = useRef(0);
  const list = useId();
  useEffect(() => setText(given), [given]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const onInput = (/** @type {any} */ event) => {
    const { value } = event.target;
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setQuery({ [name]: value.trim() }), TYPING_MILLISECONDS);
  };
  const onKeyDown = (/** @type {any} */ event) => {
    if (event.key === "Escape") event.target.blur();
    if (event.key === "Enter") {
      clearTimeout(timer.current);
      setQuery({ [name]: text.trim() });
    }
  };
  return html`
    <input id=${id} class=${`field ${className}`} type="search" aria-label=${label} placeholder=${placeholder} value=${text}
      list=${choices.length ? list : undefined} onInput=${onInput} onKeyDown=${onKeyDown} />
    ${choices.length > 0 && html`<datalist id=${list}>${choices.map((choice) => html`<option value=${choice}></option>`)}</datalist>`}
  `;
}
