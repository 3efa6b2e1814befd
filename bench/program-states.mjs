// Crash states a second of the reference journals in C and Python: laid out in real directories, recovered by their own command, judged.
// Run after a build: node bench/program-states.mjs [rounds]
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../dist/harness/clock.js";
import { profiles } from "../dist/harness/disk/profile.js";
import { exploreStates } from "../dist/harness/power/explore.js";
import { DirectoryRecoverer } from "../dist/harness/recorded/directory-recoverer.js";
import { recordProgram } from "../dist/harness/recorded/program-chain.js";
import { VolatileStore } from "../dist/harness/recorded/volatile-store.js";
import { startSupervisor } from "../dist/harness/supervisor/supervisor.js";

const [rounds = 3] = process.argv.slice(2).map(Number);
const APPENDS = 40;
const STATES = 400;
const CONCURRENCY = availableParallelism() + 1;

const source = (name) => fileURLToPath(new URL(`../scenarios/subjects/${name}`, import.meta.url));
const place = mkdtempSync(join(tmpdir(), "ackproof-program-states-"));
const compiled = join(place, "journal");
execFileSync("cc", ["-O2", "-o", compiled, source("journal.c")]);
const python = execFileSync("python3", ["-c", "import sys; print(sys.executable)"])
  .toString()
  .trim();
const subjects = { C: [compiled], Python: [python, "-I", "-S", source("journal.py")] };

const workload = {
  seed: 1,
  options: {},
  lives: [Array.from({ length: APPENDS }, () => ({ kind: "append", size: 40 }))],
};
const plan = { lives: [{ ending: { kind: "power" } }] };
const promise = {
  power: { records: 0 },
  kill: { records: 0 },
  barriers: ["append", "batch", "checkpoint", "sync", "close"],
  ordered: true,
  batchesAtomic: true,
  lsns: false,
};

/** One recording, explored: different disks, and seconds without the recording. */
async function once(supervisor, words, seed) {
  const subject = { command: { write: [...words, "write"], recover: [...words, "recover"] } };
  const options = { mode: "sync" };
  const folder = supervisor.makeFastDirectory();
  const shared = { supervisor, subject, options, volatileFiles: [], workload, folder };
  try {
    const recording = await recordProgram({ ...shared, plan, profile: profiles.posix, seed });
    if (recording.kind !== "recorded") throw new Error(JSON.stringify(recording));
    const { trace, prior, directory } = recording;
    const recoverer = new DirectoryRecoverer({
      ...shared,
      volatile: new VolatileStore(directory, []),
    });
    const limits = {
      statesMax: STATES,
      exhaustiveMax: 32,
      nestedMax: 0,
      nestedStatesMax: 0,
      depth: 0,
    };
    const startedMs = performance.now();
    const request = {
      recoverer,
      trace,
      prior,
      profile: profiles.posix,
      workload,
      promise,
      seed,
      limits,
    };
    const { states, violation, problem } = await exploreStates(request);
    if (violation !== undefined || problem !== undefined) {
      throw new Error(problem ?? JSON.stringify(violation.violations));
    }
    return { ...states, seconds: (performance.now() - startedMs) / 1000 };
  } finally {
    await supervisor.removeDirectory(folder);
  }
}

console.log(
  `node ${process.versions.node}, linux ${release()}, ${cpus()[0]?.model}, ${availableParallelism()} cores, ${CONCURRENCY} recoveries at once; median (and best) of ${rounds} rounds`,
);
const childFile = fileURLToPath(new URL("../dist/child.cjs", import.meta.url));
const supervisor = await startSupervisor({
  childFile,
  concurrency: CONCURRENCY,
  clock: systemClock,
});
try {
  for (const [name, words] of Object.entries(subjects)) {
    const results = [];
    for (let round = 1; round <= rounds; round += 1)
      results.push(await once(supervisor, words, round));
    results.sort((a, b) => b.distinct / b.seconds - a.distinct / a.seconds);
    const [best] = results;
    const { distinct, judged, seconds } = results[Math.floor(rounds / 2)];
    console.log(
      `${name.padEnd(7)} ${Math.round(distinct / seconds)} (${Math.round(best.distinct / best.seconds)}) distinct states a second; distinct ${distinct}, judged ${judged}, one in 16 recovered twice and written on`,
    );
  }
} finally {
  await supervisor.close();
  rmSync(place, { recursive: true, force: true });
}
