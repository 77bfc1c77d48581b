// Whether something holds of the window, such as being as narrow as a phone.
import { useEffect, useState } from "../../../vendor/preact.js";

/** @param {string} condition a media query @returns {boolean} */
export function useMedia(condition) {
  const [holds, setHolds] = useState(() => window.matchMedia(condition).matches);
  useEffect(() => {
    const list = window.matchMedia(condition);
    const follow = () => setHolds(list.matches);
    follow();
    list.addEventListener("change", follow);
    return () => list.removeEventListener("change", follow);
  }, [condition]);
  return holds;
}
