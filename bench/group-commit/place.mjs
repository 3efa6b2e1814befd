// Where it is measured: the file system, what one fsync costs there, the machine.
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";
import { systemClock } from "../../dist/harness/clock.js";
import { syncNanos } from "../../dist/harness/measure/measure-place.js";
import { median } from "./latency.mjs";

export { placeOfFiles } from "../../dist/harness/measure/place-of-files.js";

const SYNCS = 200;

/** What writing 100 bytes and syncing them takes, in microseconds: the median of 200, the file growing. */
export function syncCost(directory) {
  return median(syncNanos({ directory, syncs: SYNCS }, systemClock)) / 1000;
}

/** Processor, memory, kernel and Node, in a line. */
export function machineText() {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`;
  const processors = `${availableParallelism()} x ${cpus()[0]?.model ?? "unknown processor"}`;
  return `${processors}, ${memory}, ${platform()} ${release()}, Node ${process.versions.node}`;
}

/** How many processes ran or waited for a disk, on average over the last minute. */
export function loadText() {
  return loadavg()[0].toFixed(1);
}
