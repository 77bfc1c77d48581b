// Where a query is written: with what can be written next, and where a mistake is.
import { html, useEffect, useId, useRef, useState } from "../../../vendor/preact.js";
import { ApiProblem } from "../../core/api.js";
import { Icon } from "../../components/icon.js";
import { useSuggestions } from "./completion.js";
import { search } from "./log_query.js";

/**
 * @param {{ query: import("./log_query.js").LogQuery, known: import("./completion.js").QueryFields | undefined,
 *   error: Error | null, field: { current: HTMLInputElement | null }, onLeave: () => void }} props
 *   field: the input, for who wants to go there; onLeave: Escape or the arrow leads on to the list
 */
export function SearchBox({ query, known, error, field, onLeave }) {
  const id = useId();
  const [text, setText] = useState(query.q);
  const [caret, setCaret] = useState(0);
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const caretAfter = useRef(/** @type {number | null} */ (null));
  const suggestions = useSuggestions(text, caret, isOpen, known, query);
  const shown = isOpen ? suggestions : [];
  const active = shown[chosen];

  // The address has it, and a facet or the way back may change it.
  useEffect(() => setText(query.q), [query.q]);
  useEffect(() => setChosen(-1), [text, caret]);
  useEffect(() => {
    if (caretAfter.current !== null) {
      field.current?.setSelectionRange(caretAfter.current, caretAfter.current);
      setCaret(caretAfter.current);
      caretAfter.current = null;
    }
  });

  const follow = (/** @type {any} */ event) => setCaret(event.target.selectionStart ?? 0);
  const accept = (/** @type {import("./completion.js").Suggestion} */ suggestion) => {
    const rest = text.slice(suggestion.end).replace(suggestion.goesOn ? /^:/ : /^ /, "");
    caretAfter.current = suggestion.start + suggestion.text.length;
    setText(text.slice(0, suggestion.start) + suggestion.text + rest);
    setOpen(true);
    field.current?.focus();
  };
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    setOpen(false);
    search(text);
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen) setOpen(true);
      else if (shown.length) {
        const step = event.key === "ArrowDown" ? 1 : -1;
        setChosen((now) => (now + step + shown.length + (now < 0 && step < 0 ? 1 : 0)) % shown.length);
      }
    } else if ((event.key === "Enter" || event.key === "Tab") && active) {
      event.preventDefault();
      accept(active);
    } else if (event.key === "Tab" && shown[0] && !event.shiftKey && text.trim()) {
      event.preventDefault();
      accept(shown[0]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      if (shown.length) setOpen(false);
      else onLeave();
    }
  };
  const wrong = error instanceof ApiProblem ? error.errors.find((each) => each.field === "q") : undefined;
  return html`
    <form class="search" role="search" onSubmit=${submit}>
      <div class="box">
        <${Icon} name="search" />
        <input ref=${field} class="field" type="text" value=${text} role="combobox" aria-label="Search records"
          aria-expanded=${shown.length ? "true" : "false"} aria-controls=${id} aria-autocomplete="list"
          aria-activedescendant=${active ? `${id}-${chosen}` : undefined}
          aria-invalid=${wrong ? "true" : undefined} aria-describedby=${wrong ? `${id}-wrong` : undefined}
          autocomplete="off" autocapitalize="off" spellcheck=${false} enterkeyhint="search"
          placeholder='timeout level:>=warn agent_id:crypto "flash loan" -heartbeat'
          onInput=${(/** @type {any} */ event) => {
            setText(event.target.value);
            follow(event);
            setOpen(true);
          }}
          onKeyDown=${onKeyDown} onKeyUp=${follow} onClick=${(/** @type {any} */ event) => {
            follow(event);
            setOpen(true);
          }}
          onBlur=${() => setOpen(false)} />
        ${text
          ? html`<button type="button" class="button bare small icon-only" aria-label="Clear the search" title="Clear the search"
              onClick=${() => search("")}><${Icon} name="close" /></button>`
          : html`<kbd aria-hidden="true">/</kbd>`}
        <button type="submit" class="button small primary">Search</button>
        <${Suggestions} id=${id} all=${shown} chosen=${chosen} onAccept=${accept} />
      </div>
      ${wrong && html`<${Mistake} id=${`${id}-wrong`} text=${query.q} wrong=${wrong} />`}
    </form>
  `;
}

/**
 * @param {{ id: string, all: import("./completion.js").Suggestion[], chosen: number,
 *   onAccept: (suggestion: import("./completion.js").Suggestion) => void }} props
 */
function Suggestions({ id, all, chosen, onAccept }) {
  return html`
    <ul class="suggestions" id=${id} role="listbox" aria-label="Suggestions" hidden=${!all.length}>
      ${all.map((each, index) => html`
        <li id=${`${id}-${index}`} role="option" aria-selected=${index === chosen ? "true" : "false"}
          onMouseDown=${(/** @type {Event} */ event) => {
            // The focus stays where one writes.
            event.preventDefault();
            onAccept(each);
          }}>
          <span class="mono one-line">${each.label}</span><span class="faint one-line">${each.note}</span>
        </li>
      `)}
      ${all.length > 0 && html`
        <li class="how faint" role="presentation"><kbd>↑</kbd> <kbd>↓</kbd> choose, <kbd>Tab</kbd> take, <kbd>Enter</kbd> search</li>
      `}
    </ul>
  `;
}

/** Where the query is wrong, and what to write instead. @param {{ id: string, text: string, wrong: import("../../core/api.js").FieldError }} props */
function Mistake({ id, text, wrong }) {
  // The API counts characters, not the halves that some are stored in.
  const characters = [...text];
  const position = wrong.position ?? null;
  const said = wrong.message.replace(/^at character \d+: /, "");
  return html`
    <div class="mistake" id=${id} role="alert">
      <${Icon} name="warning" />
      <div>
        ${position !== null && html`
          <code class="logged">${characters.slice(Math.max(0, position - 40), position).join("")}<mark
            class="wrong">${characters[position] ?? " "}</mark>${characters.slice(position + 1, position + 40).join("")}</code>
        `}
        <p class="logged">${position === null ? said : `At character ${position + 1}: ${said}`}</p>
        ${wrong.hint && !said.includes(wrong.hint) && html`<p class="quiet logged">${wrong.hint}</p>`}
      </div>
    </div>
  `;
}
