// Opens a log: takes the directory, repairs it, and begins a new life.
import { GroupWal } from "./group-wal.ts";
import { LogTail } from "./log-tail.ts";
import { LIFE_MAX } from "./lsn.ts";
import { nodeStorage } from "./node-storage.ts";
import { nodeTimer } from "./node-timer.ts";
import {
  type GroupOptions,
  resolveOptions,
  type TailOptions,
  type WalOptions,
  type WalPorts,
} from "./options.ts";
import { type RepairedLog, repair } from "./repair.ts";
import type { SegmentHeader } from "./segment-header.ts";
import type { Storage } from "./storage.ts";
import { Wal } from "./wal.ts";
import { WalError } from "./wal-error.ts";

/**
 * Opens the log in `directory`, and makes the directory where there is none. When it returns, all
 * that recovery kept is durable in every mode, and so is the new life's segment. In mode `group` the
 * log's calls return promises; in every other mode they return when they are done.
 * @throws WalError `bad-option`, `locked`, `corrupt`, `unsupported-version`, `exhausted`; and the
 * disk's own errors (`EACCES`, `ENOSPC` ...), after which it can be tried again.
 */
export function openWal(directory: string, options: GroupOptions, ports?: WalPorts): GroupWal;
export function openWal(directory: string, options?: WalOptions, ports?: WalPorts): Wal;
export function openWal(
  directory: string,
  options?: WalOptions | GroupOptions,
  ports?: WalPorts,
): Wal | GroupWal;
export function openWal(
  directory: string,
  options: WalOptions | GroupOptions = {},
  ports: WalPorts = {},
): Wal | GroupWal {
  const resolved = resolveOptions(options);
  const tail = openTail(directory, resolved, ports);
  return resolved.mode === "group"
    ? new GroupWal(tail, resolved, ports.timer ?? nodeTimer)
    : new Wal(tail, resolved);
}

/** Takes the directory, repairs the log, and begins the new life. */
function openTail(directory: string, options: TailOptions, ports: WalPorts): LogTail {
  const storage = ports.storage ?? nodeStorage;
  storage.makeDirectory(directory);
  const release = takeLock(storage, directory);
  try {
    const repaired = repair(storage, directory);
    return new LogTail({
      storage,
      directory,
      options,
      segments: keptSegments(repaired),
      life: nextLife(repaired),
      identity: repaired.segments[0]?.header.identity ?? newIdentity(ports),
      lastLsn: repaired.lastLsn,
      checkpointLsn: repaired.checkpointLsn,
      release,
    });
  } catch (error) {
    release();
    throw error;
  }
}

/** @throws WalError `locked`. */
export function takeLock(storage: Storage, directory: string): () => void {
  try {
    return storage.lock(directory);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ELOCKED") {
      throw new WalError("locked", `${error.message}. Close it there first.`, { cause: error });
    }
    throw error;
  }
}

/**
 * A last segment without records is not kept: the new life's segment takes its number and replaces
 * it in one rename. So opening again and again leaves one file, and there is no moment without a
 * segment that tells the last life.
 */
function keptSegments(repaired: RepairedLog): SegmentHeader[] {
  const headers = repaired.segments.map((segment) => segment.header);
  const isEmpty = headers.at(-1)?.previousLsn === repaired.lastLsn;
  return isEmpty ? headers.slice(0, -1) : headers;
}

/** Segments are in the order of their lives, so the last one has the greatest. */
function nextLife(repaired: RepairedLog): number {
  const life = (repaired.segments.at(-1)?.header.life ?? 0) + 1;
  if (life > LIFE_MAX) {
    throw new WalError("exhausted", `The log has been opened ${LIFE_MAX} times; begin a new one.`);
  }
  return life;
}

/** Microseconds since 1970: two logs on one disk are not made in the same one. */
function newIdentity(ports: WalPorts): number {
  const wallMs = ports.clock?.wallMs() ?? performance.timeOrigin + performance.now();
  return Math.round(wallMs * 1000);
}
