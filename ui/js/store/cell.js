// A value that tells when it changed. No DOM, no host.

/**
 * @template T
 * @param {T} first
 */
export function cell(first) {
  let value = first;
  /** @type {Set<(value: T) => void>} */
  const listeners = new Set();
  return {
    get: () => value,
    /** @param {T} next */
    set(next) {
      if (Object.is(value, next)) return;
      value = next;
      for (const listener of [...listeners]) listener(value);
    },
    /** Listens from now on; returns how to stop. @param {(value: T) => void} listener */
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * @template T
 * @typedef {{get: () => T, set: (next: T) => void, listen: (listener: (value: T) => void) => () => boolean}} Cell
 */
