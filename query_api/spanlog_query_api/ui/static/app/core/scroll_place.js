// Where one was in a long page, kept through a reload and on the way back. Content comes after the page, so the place
// is gone to as soon as the page is long enough, unless the person moves first.

const GIVE_UP_MILLISECONDS = 5000;

/** @type {(() => void) | null} */
let stopRestoring = null;

/** Remember how far this entry of the history is scrolled. */
export function keepPlace() {
  window.history.replaceState({ ...window.history.state, scroll: window.scrollY }, "");
}

/** Go to where this entry of the history was left. */
export function restorePlace() {
  stopRestoring?.();
  const target = Number(window.history.state?.scroll ?? 0);
  if (!target) return;
  const observer = new ResizeObserver(go);
  const timer = setTimeout(stop, GIVE_UP_MILLISECONDS);
  const moves = ["wheel", "touchmove", "keydown", "mousedown"];
  for (const name of moves) window.addEventListener(name, stop, { passive: true, once: true });
  stopRestoring = stop;
  observer.observe(document.body);
  go();

  function go() {
    window.scrollTo(0, target);
    if (Math.abs(window.scrollY - target) < 2) stop();
  }

  function stop() {
    observer.disconnect();
    clearTimeout(timer);
    for (const name of moves) window.removeEventListener(name, stop);
    stopRestoring = null;
  }
}

if ("scrollRestoration" in window.history) window.history.scrollRestoration = "manual";
window.addEventListener("pagehide", () => {
  // A reload before the place was reached must not forget it.
  if (!stopRestoring) keepPlace();
});
