// Kill trials a second, with recovery in workers, beside bare spawn + SIGKILL of the same child.
// Run after a build: node bench/kill-trials.mjs [rounds] [seconds]
import { spawn } from "node:child_process";
import { availableParallelism, cpus, platform, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { systemClock } from "../dist/harness/clock.js";
import { trialSeed } from "../dist/harness/seed.js";
import { startSupervisor } from "../dist/harness/supervisor/supervisor.js";
import { runTrial } from "../dist/harness/trial.js";
import { scenarios } from "../dist/scenarios/registry.js";

const [rounds = 5, seconds = 5] = process.argv.slice(2).map(Number);
const childFile = fileURLToPath(new URL("../dist/child.cjs", import.meta.url));
const widths = [1, availableParallelism(), availableParallelism() + 1, 2 * availableParallelism()];
const APPENDS = 100;
const RECORD_BYTES = 100;

/** One life of 100 appends, so that a trial is one kill and its recoveries. */
const workload = {
  seed: 1,
  options: {},
  lives: [Array.from({ length: APPENDS }, () => ({ kind: "append", size: RECORD_BYTES }))],
};
const scenario = {
  ...scenarios.find(({ name }) => name === "wal/sync"),
  workloads: fc.constant(workload),
};

/** How often `once` ends in a second with `width` of them at work. */
async function rate(width, once) {
  const start = performance.now();
  const endsAt = start + seconds * 1000;
  let done = 0;
  const lane = async () => {
    while (performance.now() < endsAt) {
      await once(done);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
  return (done * 1000) / (performance.now() - start);
}

/** Starts the writer child, waits for its first line, kills it and waits for its end. */
function spawnAndKill() {
  return new Promise((resolve, reject) => {
    const stdio = ["pipe", "ignore", "ignore", "pipe"];
    const env = { UV_USE_IO_URING: "0" };
    const child = spawn(process.execPath, [childFile, "write"], { stdio, env, detached: true });
    child.once("error", reject);
    for (const pipe of [child.stdio[0], child.stdio[3]]) pipe.on("error", () => undefined);
    const kill = () => child.kill("SIGKILL");
    child.stdio[3].once("data", kill);
    child.once("exit", (_code, signal) =>
      signal === "SIGKILL" ? resolve() : reject(new Error("the child ended by itself")),
    );
  });
}

/** The first conclusion must be that nothing was lost, or the rate is that of a broken trial. */
async function killTrial(supervisor, trial) {
  const request = { scenario, fault: "kill:ack", trial, seed: trialSeed(1, trial) };
  const { record } = await runTrial(request, supervisor);
  if (record.verdict !== "held") throw new Error(`trial ${trial}: ${record.verdict}`);
}

function median(values) {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

const [cpu] = cpus();
console.log(
  `Node ${process.version}, ${platform()} ${release()}, ${availableParallelism()} x ${cpu.model}`,
);
console.log(
  `${Math.round(totalmem() / 2 ** 30)} GiB; ${rounds} rounds of ${seconds} s each, medians`,
);
console.log("at once  trials/s  bare spawn+kill/s  ratio");
const found = new Map(widths.map((width) => [width, { trials: [], bare: [] }]));
for (let round = 0; round < rounds; round += 1) {
  for (const [width, rates] of found) {
    rates.bare.push(await rate(width, spawnAndKill));
    const supervisor = await startSupervisor({ childFile, concurrency: width, clock: systemClock });
    // Workers are started when they are first needed, once for thousands of trials.
    await Promise.all(Array.from({ length: width }, (_, trial) => killTrial(supervisor, trial)));
    rates.trials.push(await rate(width, (trial) => killTrial(supervisor, trial)));
    await supervisor.close();
  }
}
for (const [width, { trials, bare }] of found) {
  const ratio = median(trials.map((value, index) => value / bare[index]));
  const columns = [width, median(trials).toFixed(1), median(bare).toFixed(1), ratio.toFixed(2)];
  console.log(columns.map((text, index) => String(text).padStart([7, 8, 17, 5][index])).join("  "));
}
