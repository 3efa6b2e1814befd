// Sync sites: the places in a store from which it syncs, as far as a trace with marks can tell them.
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { Workload } from "../workload.ts";
import { isSync, type SyncOperation } from "./edited-trace.ts";
import { InodeNames } from "./inode-names.ts";

/** Calls of one kind, on one kind of file, in one kind of operation. */
export interface SyncSite {
  /** `syncData of a segment in append`. */
  readonly text: string;
  /** The events with which its calls start. */
  readonly starts: readonly number[];
}

/** What a store calls its files: a name in, a role out (`a segment`). */
export type FileRole = (name: string) => string;

/** Names that differ only in their numbers are one role: `000000000001.wal` is `N.wal`. */
export function numberedRole(name: string): string {
  return name.replaceAll(/\d+/g, "N");
}

/** The trace's syncs by site, in the order of their first calls. */
export function syncSites(
  trace: DiskTrace,
  workload: Workload,
  roleOf: FileRole,
): readonly SyncSite[] {
  const names = new InodeNames(trace.base);
  const sites = new Map<string, number[]>();
  const operations = workload.lives.flat();
  let last: HistoryEvent | undefined;
  for (const [index, event] of trace.events.entries()) {
    if (event.kind === "mark") {
      last = event.happened;
    }
    if (event.kind !== "start") {
      continue;
    }
    names.apply(event.operation);
    if (isSync(event.operation)) {
      const during = occasion(last, nextMark(trace, index), (number) => operations[number]?.kind);
      const text = `${callText(event.operation, names, roleOf)} in ${during}`;
      sites.set(text, [...(sites.get(text) ?? []), index]);
    }
  }
  return Array.from(sites, ([text, starts]) => ({ text, starts }));
}

/** The sync as the storage port calls it, with what it is of. */
function callText(operation: SyncOperation, names: InodeNames, roleOf: FileRole): string {
  const name = names.nameOf(operation.inode);
  switch (operation.kind) {
    case "fsync":
      return `sync of ${roleOf(name)}`;
    case "fdatasync":
      return `syncData of ${roleOf(name)}`;
    case "fsync-directory":
      return `syncDirectory of ${names.isRoot(operation.inode) ? "the root" : roleOf(name)}`;
  }
}

/** What the store was doing after this mark. */
function occasion(
  last: HistoryEvent | undefined,
  next: HistoryEvent | undefined,
  kindOf: (operation: number) => string | undefined,
): string {
  switch (last?.kind) {
    case undefined:
    case "open":
    case "open-failed":
      return "open";
    case "invoked":
      return kindOf(last.operation) ?? "an unknown operation";
    case "crash":
      return "recovery";
    case "opened":
    case "acknowledged":
    case "failed":
    case "io-error":
    case "stalled":
      return next?.kind === "closed" ? "close" : "the time between operations";
    case "closed":
    case "recovered":
      return next?.kind === "recovered" ? "recovery" : "the time between lives";
  }
}

function nextMark(trace: DiskTrace, from: number): HistoryEvent | undefined {
  for (let index = from; index < trace.events.length; index += 1) {
    const event = trace.events[index];
    if (event?.kind === "mark") {
      return event.happened;
    }
  }
  return undefined;
}
