// A dialog in front of everything: Escape closes it, and the focus goes back to where it was.
import { html, useEffect, useId, useRef } from "../../vendor/preact.js";

/**
 * @param {{ title: string, onClose?: () => void, onSubmit?: () => void, submit?: string, children?: any }} props
 *   onClose: without it the dialog stays until it is answered; submit: what the button says, without it there is none
 */
export function Dialog({ title, onClose, onSubmit, submit, children }) {
  const element = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const id = useId();
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    const first = element.current?.querySelector("[autofocus]");
    if (first instanceof HTMLElement) first.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const onCancel = (/** @type {Event} */ event) => {
    event.preventDefault();
    onClose?.();
  };
  const onForm = (/** @type {Event} */ event) => {
    event.preventDefault();
    onSubmit?.();
  };
  return html`
    <dialog ref=${element} aria-labelledby=${id} onCancel=${onCancel}
      onClick=${(/** @type {MouseEvent} */ event) => event.target === element.current && onClose?.()}>
      <form onSubmit=${onForm}>
        <h2 id=${id}>${title}</h2>
        ${children}
        <div class="buttons">
          ${onClose && html`
            <button type="button" class="button" onClick=${onClose}>${submit ? "Cancel" : "Close"}</button>
          `}
          ${submit && html`<button type="submit" class="button primary">${submit}</button>`}
        </div>
      </form>
    </dialog>
  `;
}
