// The events of a trace in the words of the one who reads about a violation.
import type { DiskOperation, DiskTrace } from "../disk/disk-trace.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { Workload } from "../workload.ts";
import { type InodeNames, namesAfter } from "./inode-names.ts";

/** An event as a noun: `the acknowledgement of append 9`, `the rename to 000002.wal`. */
export function eventWords(trace: DiskTrace, index: number, workload: Workload): string {
  const event = trace.events[index];
  switch (event?.kind) {
    case undefined:
      return "the beginning";
    case "mark":
      return happenedWords(event.happened, workload);
    case "start":
      return operationWords(event.operation, namesAfter(trace, index));
    case "end":
      return `the ${event.failed === undefined ? "end" : "failure"} of ${eventWords(trace, event.start, workload)}`;
  }
}

/** What the store was doing at an event: `append 9`, `open`, `recovery`. */
export function occasionWords(trace: DiskTrace, index: number, workload: Workload): string {
  for (let before = index; before >= 0; before -= 1) {
    const event = trace.events[before];
    if (event?.kind === "mark") {
      return sinceMark(event.happened, workload);
    }
  }
  return "open";
}

function sinceMark(happened: HistoryEvent, workload: Workload): string {
  switch (happened.kind) {
    case "open":
    case "open-failed":
      return "open";
    case "invoked":
      return operationName(happened.operation, workload);
    case "io-error":
      return "the time after an I/O error";
    case "stalled":
      return "the wait for an answer";
    case "acknowledged":
    case "failed":
      return `the time after ${operationName(happened.operation, workload)}`;
    case "opened":
      return "the time after open";
    case "crash":
      return "recovery";
    case "closed":
    case "recovered":
      return "the time between lives";
  }
}

/** What the harness saw, as a noun: `the request of append 9`. */
export function happenedWords(happened: HistoryEvent, workload: Workload): string {
  switch (happened.kind) {
    case "open":
      return `the start of life ${happened.life}`;
    case "opened":
      return `the opening of life ${happened.life}`;
    case "open-failed":
      return `the failure to open life ${happened.life}`;
    case "invoked":
      return `the request of ${operationName(happened.operation, workload)}`;
    case "acknowledged":
      return `the acknowledgement of ${operationName(happened.operation, workload)}`;
    case "failed":
      return `the failure of ${operationName(happened.operation, workload)}`;
    case "closed":
      return `the close of life ${happened.life}`;
    case "crash":
      return `the end of life ${happened.life}`;
    case "recovered":
      return `the recovery after life ${happened.life}`;
    case "io-error":
      return `the I/O error ${happened.failure}`;
    case "stalled":
      return `the stand-still of life ${happened.life}`;
  }
}

function operationName(number: number, workload: Workload): string {
  return `${workload.lives.flat()[number]?.kind ?? "operation"} ${number}`;
}

function operationWords(operation: DiskOperation, names: InodeNames): string {
  switch (operation.kind) {
    case "rename":
      return `the rename of ${operation.from.name} to ${operation.to.name}`;
    case "exchange":
      return `the exchange of ${operation.from.name} with ${operation.to.name}`;
    case "create-unnamed":
      return "the creation of a file without a name";
    case "zero":
      return `the zeroing of ${names.nameOf(operation.inode)}`;
    case "create":
    case "mkdir":
    case "link":
    case "unlink":
      return `the ${operation.kind} of ${operation.place.name}`;
    case "fsync":
    case "fdatasync":
    case "fsync-directory":
      return syncWords(operation.kind, names.nameOf(operation.inode));
    case "write":
    case "truncate":
    case "allocate":
      return `the ${operation.kind} of ${names.nameOf(operation.inode)}`;
  }
}

/** A sync as a noun: `an fsync of the directory store`. */
export function syncWords(kind: "fsync" | "fdatasync" | "fsync-directory", name: string): string {
  return kind === "fsync-directory" ? `an fsync of the directory ${name}` : `an ${kind} of ${name}`;
}
