// Processes in groups of their own, so that a test that dies leaves none behind.

import { spawn } from "node:child_process";
import { openSync, closeSync } from "node:fs";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Groups that run, by the id of their leader. */
const groups = new Set();

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => process.exit(1));
}
process.on("exit", () => {
  for (const leader of groups) signalGroup(leader, "SIGKILL");
});

/**
 * Starts a program whose output goes to a file: a pipe that a stray child keeps open would hang the test.
 * @param {string} program
 * @param {string[]} args
 * @param {{ env: Record<string, string>, log: string, extraPipe?: boolean }} options
 */
export function start(program, args, { env, log, extraPipe = false }) {
  const output = openSync(log, "a");
  const stdio = ["ignore", output, output, ...(extraPipe ? ["pipe"] : [])];
  const child = spawn(program, args, { env, detached: true, stdio });
  closeSync(output);
  const failed = new Promise((_, reject) => child.once("error", reject));
  failed.catch(() => {});
  if (child.pid !== undefined) groups.add(child.pid);
  return { child, failed };
}

/** Ends a group: politely, and after two seconds without. */
export async function stop({ child }) {
  if (child.pid === undefined) return;
  signalGroup(child.pid, "SIGTERM");
  for (let tries = 0; tries < 40 && isGroupAlive(child.pid); tries += 1) await sleep(50);
  signalGroup(child.pid, "SIGKILL");
  groups.delete(child.pid);
}

function signalGroup(leader, signal) {
  try {
    process.kill(-leader, signal);
  } catch {
    // The group has ended already.
  }
}

function isGroupAlive(leader) {
  try {
    process.kill(-leader, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * Asks until the answer is neither null nor undefined nor false.
 * @template T
 * @param {string} what for the message when the time is over
 * @param {() => T | Promise<T>} ask
 */
export async function until(what, ask, { seconds = 15, everyMs = 50 } = {}) {
  const end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== null && answer !== undefined && answer !== false) return answer;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`, { cause: last });
    await sleep(everyMs);
  }
}

/** A port that was free a moment ago. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
