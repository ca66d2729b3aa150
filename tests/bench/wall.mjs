// What the real window uses with a ward of fifty on it: processor time of the program and of its page, each beside its
// limit, and their memory. Prints, and appends each figure as a line of JSON to target/bench/wall.json; nothing fails.
//
//   WARDLIGHT_PROGRAMS=target/e2e node tests/bench/wall.mjs [PATIENTS] [SECONDS]

import { appendFile, mkdir, readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../window/harness/processes.mjs";
import { sitDown } from "../window/harness/person.mjs";

const PATIENTS = Number(process.argv[2] ?? 50);
const SECONDS = Number(process.argv[3] ?? 60);
/** Time for the ward to come up and its past to arrive before anything is measured. */
const SETTLE_SECONDS = 45;
/** Linux counts processor time in hundredths of a second. */
const TICKS = 100;
const BARS = { program: 5, page: 25, memory: 300 };

/** Processor time in seconds that a process has used so far. @param {number} id */
async function processorTime(id) {
  const fields = (await readFile(`/proc/${id}/stat`, "utf8")).split(") ").pop().split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** A process's share of the machine's memory in MiB (PSS). @param {number} id */
async function memory(id) {
  const line = /^Pss:\s+(\d+) kB$/m.exec(await readFile(`/proc/${id}/smaps_rollup`, "utf8"));
  return Number(line?.[1] ?? Number.NaN) / 1024;
}

/** All processes that descend from one, with the names of their programs. @param {number} root */
async function family(root) {
  const all = [];
  for (const name of (await readdir("/proc")).filter((each) => /^\d+$/.test(each))) {
    const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
    const told = /^(\d+) \((.*)\) \S (\d+)/s.exec(stat);
    if (told) all.push({ id: Number(told[1]), name: told[2], parent: Number(told[3]) });
  }
  const found = all.filter(({ id }) => id === root);
  for (const each of found) found.push(...all.filter(({ parent }) => parent === each.id));
  return found;
}

const load = async () => (await readFile("/proc/loadavg", "utf8")).split(" ").slice(0, 3).join(" ");
const lines = [];
const begun = await load();
function figure(measure, value, unit, bar) {
  const beside = bar === undefined ? "" : `bar: ${bar}, ratio ${(value / bar).toFixed(2)}`;
  console.log(`  ${measure.padEnd(54)} ${value.toFixed(1).padStart(12)} ${unit.padEnd(10)} ${beside}`);
  lines.push({ bench: "wall", measure, value, unit, beside, load_at_begin: begun, at_ms: Date.now() });
}

console.log(`\nwall: ${PATIENTS} patients for ${SECONDS} s (load average ${begun})`);
const person = await sitDown("wall", ["--demo", `--patients=${PATIENTS}`]);
try {
  await person.screen("ward", { seconds: 240 });
  await until("every patient has a tile", async () => (await person.texts(".tile")).length >= PATIENTS, { seconds: 240 });
  await sleep(SETTLE_SECONDS * 1000);
  const members = await family(await person.station.programId());
  const program = members.find(({ id }, place) => place === 0 && id);
  const page = members.find(({ name }) => name.startsWith("WebKitWebProc"));
  if (!program || !page) throw new Error(`not found among ${members.map(({ name }) => name).join(", ")}`);
  const before = { program: await processorTime(program.id), page: await processorTime(page.id), at: Date.now() };
  const held = [];
  for (let second = 0; second < SECONDS; second += 5) {
    await sleep(5000);
    held.push((await memory(program.id)) + (await memory(page.id)));
  }
  const passed = (Date.now() - before.at) / 1000;
  const share = async (name, id) => ((await processorTime(id)) - before[name]) / passed * 100;
  figure("program: share of a core", await share("program", program.id), "%", BARS.program);
  figure("page: share of a core, drawn without a GPU", await share("page", page.id), "%", BARS.page);
  figure("memory (PSS) of program and page, most", Math.max(...held), "MiB", BARS.memory);
  figure("memory (PSS) of the program alone, at the end", await memory(program.id), "MiB");
  await person.picture("ward");
} finally {
  await person.leave();
}
const folder = path.join(process.env.CARGO_TARGET_DIR ?? "target", "bench");
await mkdir(folder, { recursive: true });
const after = await load();
await appendFile(path.join(folder, "wall.json"), lines.map((line) => `${JSON.stringify({ ...line, load_at_end: after })}\n`).join(""));
console.log(`  (load average at the end ${after})`);
