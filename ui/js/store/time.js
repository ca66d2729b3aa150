// The host's clock in the window: ages are reckoned by it, since the web view's clock is not the one that measured.

/** @param {() => number} windowNow */
export function hostClock(windowNow) {
  let offset = 0;
  return {
    /** @param {number} hostNow */
    correct(hostNow) {
      offset = hostNow - windowNow();
    },
    now: () => windowNow() + offset,
  };
}
