// What recording by strace costs a writer, synced and unsynced appends apart, beside the same writer alone.
// Run after a build: node bench/recording-cost.mjs [appends] [rounds] [directory]
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../dist/harness/clock.js";
import { RunningRecording } from "../dist/harness/recorder/record-command.js";

const [appends = 10_000, rounds = 5] = process.argv.slice(2, 4).map(Number);
const place = mkdtempSync(join(process.argv[4] ?? tmpdir(), "ackproof-recording-cost-"));
const traceFile = join(place, "trace");
const env = { PATH: process.env.PATH ?? "/usr/bin:/bin", UV_USE_IO_URING: "0" };

const SYNCS = { synced: "fs.fdatasyncSync(file);", unsynced: "" };

/** Appends records of 100 bytes, answers each, and last prints its own milliseconds. */
const writer = (sync) => `
  const fs = require("fs");
  const file = fs.openSync("log", "w");
  const record = Buffer.alloc(100, "r");
  const start = performance.now();
  for (let n = 0; n < ${appends}; n += 1) {
    fs.writeSync(file, record);
    ${sync}
    fs.writeSync(1, "ack " + n + "\\n");
  }
  fs.writeSync(1, "ms " + (performance.now() - start) + "\\n");`;

/** Reads what a child prints; its own milliseconds stand in the last line. */
async function readMs(stdout) {
  let last = "";
  for await (const chunk of stdout) last = (last + chunk).slice(-60);
  return Number(/ms ([\d.]+)\n$/.exec(last)?.[1]);
}

async function alone(sync) {
  const args = ["-e", writer(sync)];
  const child = spawn(process.execPath, args, {
    cwd: place,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  return readMs(child.stdout);
}

async function recorded(sync) {
  const run = new RunningRecording({
    program: process.execPath,
    args: ["-e", writer(sync)],
    cwd: place,
    env,
    traceFile,
    stringBytes: 1 << 20,
    limits: { runMs: 600_000, exitMs: 5_000, traceBytes: 1 << 30, events: 1e7, outputBytes: 4096 },
    clock: systemClock,
  });
  const ms = await readMs(run.stdout);
  await run.ended;
  return ms;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
console.log(
  `${cpus()[0]?.model}, ${cpus().length} cores, Linux ${release()}, Node ${process.version}`,
);
try {
  for (const [name, sync] of Object.entries(SYNCS)) {
    const times = { alone: [], recorded: [] };
    for (let round = 0; round < rounds; round += 1) {
      times.alone.push(await alone(sync));
      times.recorded.push(await recorded(sync));
    }
    const [bare, traced] = [median(times.alone), median(times.recorded)];
    const rate = (ms) => `${Math.round((appends * 1000) / ms)} a second`;
    const factor = (traced / bare).toFixed(2);
    const bytes = Math.round(statSync(traceFile).size / appends);
    console.log(
      `${appends} ${name} appends: alone ${rate(bare)}, ` +
        `recorded ${rate(traced)}, factor ${factor}, trace ${bytes} bytes each`,
    );
  }
} finally {
  rmSync(place, { recursive: true, force: true });
}
