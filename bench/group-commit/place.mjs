// Where it is measured: the file system, what one fsync costs there, the machine.
import {
  closeSync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeSync,
} from "node:fs";
import { availableParallelism, cpus, loadavg, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { median } from "./latency.mjs";

const IN_MEMORY = new Set(["tmpfs", "ramfs"]);
const SYNCS = 200;

/** The file system that holds a directory; undefined where the system does not tell. */
export function fileSystemOf(directory) {
  if (platform() !== "linux") return undefined;
  const path = realpathSync(directory);
  const mounts = readFileSync("/proc/self/mountinfo", "utf8").trimEnd().split("\n").map(mountOf);
  const around = mounts.filter(({ point }) => `${path}/`.startsWith(point.replace(/\/*$/, "/")));
  // Of two on one point the later one hides the other.
  const { type, options } = around.reduce((best, each) =>
    each.point.length >= best.point.length ? each : best,
  );
  return { type, options, isInMemory: IN_MEMORY.has(type) };
}

/** proc(5): id, parent, device, root, mount point, options, ... "-", type, source, more options. */
function mountOf(line) {
  const [mount, file] = line.split(" - ").map((part) => part.split(" "));
  return { point: mount[4].replaceAll("\\040", " "), options: mount[5], type: file[0] };
}

/** What writing 100 bytes and syncing them takes, in microseconds: the median of 200, the file growing. */
export function syncCost(directory, payload) {
  const place = mkdtempSync(join(directory, "sync-"));
  const file = openSync(join(place, "file"), "wx");
  const micros = Array.from({ length: SYNCS }, () => {
    const start = performance.now();
    writeSync(file, payload);
    fdatasyncSync(file);
    return (performance.now() - start) * 1000;
  });
  closeSync(file);
  rmSync(place, { recursive: true });
  return median(micros);
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
