// What the browser keeps for us. It may be full or forbidden; the page works without.

/**
 * @param {Storage | undefined} storage
 * @param {string} name
 * @returns {string | null}
 */
function read(storage, name) {
  try {
    return storage?.getItem(`spanlog.${name}`) ?? null;
  } catch {
    return null;
  }
}

/**
 * @param {() => Storage} storageOf
 */
function place(storageOf) {
  /** @returns {Storage | undefined} */
  const storage = () => {
    try {
      return storageOf();
    } catch {
      return undefined;
    }
  };
  return {
    /** @param {string} name */
    get: (name) => read(storage(), name),
    /** Keep `value` under `name`; null forgets it. @param {string} name @param {string | null} value */
    set: (name, value) => {
      try {
        if (value === null) storage()?.removeItem(`spanlog.${name}`);
        else storage()?.setItem(`spanlog.${name}`, value);
      } catch {
        // Not kept, then.
      }
    },
  };
}

/** Until the tab is closed. */
export const tabStorage = place(() => window.sessionStorage);
/** Until the browser's data is cleared. */
export const browserStorage = place(() => window.localStorage);
