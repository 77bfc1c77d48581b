// Before anything is painted: the theme that was chosen, so that no page flashes in the other one.
(() => {
  try {
    const chosen = localStorage.getItem("spanlog.theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch {
    // Storage may be forbidden; then the system's theme it is.
  }
})();
