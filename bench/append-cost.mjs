// What an append costs in each mode, beside a sync and a copy of the same bytes: ratios of one run, for docs/claims.md.
// Run after a build: node bench/append-cost.mjs [--rounds N] [--seconds S] [--directory DIRECTORY]
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../dist/harness/clock.js";
import { measurePlace } from "../dist/harness/measure/measure-place.js";
import { measureSpeed } from "../dist/harness/measure/measure-speed.js";
import { placeOfFiles } from "../dist/harness/measure/place-of-files.js";
import { walSubject } from "../dist/scenarios/subjects/wal-subject.js";
import { nodeStorage } from "../dist/wal/index.js";
import { median } from "./group-commit/latency.mjs";
import { loadText, machineText } from "./group-commit/place.mjs";

const { values: given } = parseArgs({
  options: {
    rounds: { type: "string", default: "9" },
    /** Of one setting in one round. */
    seconds: { type: "string", default: "0.6" },
    /** Where the logs lie, in a directory of their own that is removed. */
    directory: { type: "string", default: tmpdir() },
  },
});
const rounds = Number(given.rounds);
const seconds = Number(given.seconds);
if (!(rounds >= 1 && seconds > 0)) throw new Error("--rounds and --seconds are numbers above 0");
const { isInMemory, type, options: mountOptions } = placeOfFiles(given.directory);
if (isInMemory) {
  throw new Error(
    `${given.directory} is in memory (${type}), where a sync costs nothing; name one on a disk by --directory`,
  );
}

const SIZES = [64, 1024, 16_384];
const SYNCS = 100;
const SETTINGS = [
  { name: "sync", mode: "sync", recordBytes: 64 },
  { name: "batch N=100", mode: "batch", batchSyncCount: 100, recordBytes: 64 },
  ...SIZES.map((recordBytes) => ({ name: `none ${recordBytes} B`, mode: "none", recordBytes })),
  { name: "flush", mode: "flush", recordBytes: 64 },
];

const directory = mkdtempSync(join(given.directory, "ackproof-append-cost-"));
process.once("exit", () => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));

/** Mean microseconds of an append where none is timed by itself, and how the syncs counted. */
async function appendMicros({ name, mode, batchSyncCount, recordBytes }, round) {
  const place = join(directory, `${round}-${name.replaceAll(" ", "-")}`);
  mkdirSync(place);
  const options = { mode, ...(batchSyncCount === undefined ? {} : { batchSyncCount }) };
  const job = {
    kind: "speed",
    subject: { module: "ackproof:wal" },
    options,
    seed: 1,
    recordBytes,
    callers: 1,
    directory: place,
    warmUpMs: seconds * 200,
    rateMs: seconds * 600,
    latencyMs: seconds * 200,
    batchMs: 0,
    bytesMax: 64 * 2 ** 20,
  };
  const tools = { subject: walSubject, storage: nodeStorage, clock: systemClock };
  const { durationMs, appends, syncs, append } = await measureSpeed(job, tools);
  rmSync(place, { recursive: true });
  return {
    mean: (durationMs * 1000) / appends,
    syncsPerAppend: syncs / appends,
    p50: append.p50Micros,
  };
}

function probe() {
  const job = { kind: "place", directory, syncs: SYNCS, copyBytes: SIZES };
  const { syncNanos, copies } = measurePlace(job, systemClock);
  const mean = syncNanos.reduce((sum, nanos) => sum + nanos, 0) / syncNanos.length / 1000;
  return { syncNanos, mean, copies };
}

/** Each round has a sync cost of its own, before and behind the setting: what disturbs one disturbs both. */
const loadBefore = loadText();
const found = SETTINGS.map(() => []);
const syncs = [];
const ratios = {
  syncRate: [],
  batchShare: [],
  copies: SIZES.map(() => []),
  middle: SIZES.map(() => []),
};
for (let round = 1; round <= rounds; round += 1) {
  for (const [at, setting] of SETTINGS.entries()) {
    const before = probe();
    const cost = await appendMicros(setting, round);
    const after = probe();
    const sync = (before.mean + after.mean) / 2;
    found[at].push(cost);
    syncs.push(...before.syncNanos, ...after.syncNanos);
    if (setting.name === "sync") ratios.syncRate.push(sync / cost.mean);
    if (setting.mode === "batch") ratios.batchShare.push(cost.mean / sync);
    const size = SIZES.indexOf(setting.recordBytes);
    if (setting.mode === "none") {
      ratios.copies[size].push((cost.mean * 1000) / after.copies[size].medianNanos);
      ratios.middle[size].push((cost.p50 * 1000) / after.copies[size].medianNanos);
    }
  }
  console.log(`round ${round} of ${rounds}`);
}

const middle = (values) => median(values).toPrecision(3);
const range = (values) =>
  `${middle(values)} (${Math.min(...values).toPrecision(3)} to ${Math.max(...values).toPrecision(3)})`;
console.log(
  `\n${machineText()}; ${type} (${mountOptions}); load ${loadBefore} before, ${loadText()} at the end`,
);
const sorted = syncs.map((nanos) => nanos / 1e6).toSorted((one, other) => one - other);
const quantile = (share) => sorted[Math.floor((sorted.length - 1) * share)].toPrecision(3);
const within = sorted.filter((millis) => millis >= 0.1 && millis <= 1).length / sorted.length;
console.log(
  `write of 100 B and fdatasync, ${sorted.length} of them: ${quantile(0)} / ${quantile(0.5)} / ${quantile(0.9)} / ${quantile(0.99)} ms (least, p50, p90, p99); ${(within * 100).toFixed(0)} % within 0.1 to 1 ms`,
);
for (const [at, { name }] of SETTINGS.entries()) {
  const means = found[at].map(({ mean }) => mean);
  const each = found[at].map(({ syncsPerAppend }) => syncsPerAppend);
  console.log(`${name}: ${range(means)} us an append, ${middle(each)} fsyncs each`);
}
console.log(
  `appends/s of sync against the rate of write + fdatasync beside it: ${range(ratios.syncRate)}`,
);
console.log(
  `an append of batch N=100, in syncs: 1/${(1 / median(ratios.batchShare)).toPrecision(3)} (${range(ratios.batchShare)})`,
);
for (const [at, size] of SIZES.entries()) {
  const [mean, middleOne] = [ratios.copies[at], ratios.middle[at]].map(range);
  console.log(
    `an append of none, ${size} B, in copies of as many bytes: ${mean} on average, ${middleOne} the middle one`,
  );
}
