// The shell's door: the only file that names Tauri.

/** @import { Host } from "./host.js" */

/**
 * The part of Tauri's global the window uses.
 * @typedef {object} TauriCore
 * @property {(command: string, args?: Record<string, unknown>) => Promise<any>} invoke
 * @property {new (onMessage?: (message: any) => void) => object} Channel
 */

/** @returns {Host} */
export function host() {
  const core = /** @type {{__TAURI__: {core: TauriCore}}} */ (/** @type {unknown} */ (window)).__TAURI__.core;
  return {
    invoke: (command, args) => core.invoke(command, args),
    subscribe: (onEvent) => core.invoke("subscribe", { channel: new core.Channel(onEvent) }),
    subscribeWaves: (id, onFrame) => core.invoke("subscribe_waves", { id, channel: new core.Channel(onFrame) }),
  };
}
