// A disk trace as a person reads it: one event a line, numbered, with bytes shortened.
import type { HistoryEvent } from "../history/history.ts";
import type { DiskEvent, DiskOperation, DiskTrace, NamePlace, SyncFailure } from "./disk-trace.ts";

/** How many of a write's bytes are shown. */
const BYTES_SHOWN = 8;

/** The trace's events; a line never depends on the lines after it. */
export function formatTrace(trace: DiskTrace): string {
  return trace.events.map((_, index) => formatEvent(trace, index)).join("\n");
}

/** One event: `#12 start write inode 3 [0x400,+24) 6b334a78...`. */
function formatEvent(trace: DiskTrace, index: number): string {
  const event = trace.events[index];
  return event === undefined ? `#${index} none` : `#${index} ${eventText(trace, event)}`;
}

function eventText(trace: DiskTrace, event: DiskEvent): string {
  switch (event.kind) {
    case "start":
      return `start ${operationText(event.operation)}${contentText(event.operation)}`;
    case "end": {
      const started = trace.events[event.start];
      const operation = started?.kind === "start" ? operationText(started.operation) : "nothing";
      return `end   ${operation}${failureText(event.failed)} (from #${event.start})`;
    }
    case "mark":
      return markText(event.happened);
  }
}

function failureText(failed: SyncFailure | undefined): string {
  return failed === undefined ? "" : ` failed: ${quoted(failed.code)}, cache ${failed.cache}`;
}

function operationText(operation: DiskOperation): string {
  switch (operation.kind) {
    case "create":
    case "mkdir":
    case "link":
    case "unlink":
      return `${operation.kind} inode ${operation.inode} ${placeText(operation.place)}`;
    case "create-unnamed":
      return `create inode ${operation.inode} without a name`;
    case "exchange": {
      const { inode, other, from, to } = operation;
      return `exchange inode ${inode} ${placeText(from)} <-> inode ${other} ${placeText(to)}`;
    }
    case "rename": {
      const { inode, from, to } = operation;
      return `rename inode ${inode} ${placeText(from)} -> ${placeText(to)}`;
    }
    case "write":
      return `write inode ${operation.inode} ${extent(operation.offset, operation.bytes.length)}`;
    case "truncate":
      return `truncate inode ${operation.inode} to ${hex(operation.size)}`;
    case "allocate":
    case "zero":
      return `${operation.kind} inode ${operation.inode} ${extent(operation.offset, operation.length)}`;
    case "fsync":
    case "fdatasync": {
      const { range } = operation;
      const part = range === undefined ? "" : ` ${extent(range.offset, range.length)}`;
      return `${operation.kind} inode ${operation.inode}${part}`;
    }
    case "fsync-directory":
      return `${operation.kind} inode ${operation.inode}`;
  }
}

function contentText(operation: DiskOperation): string {
  if (operation.kind !== "write") {
    return "";
  }
  const shown = Buffer.from(operation.bytes.subarray(0, BYTES_SHOWN)).toString("hex");
  return ` ${shown}${operation.bytes.length > BYTES_SHOWN ? "..." : ""}`;
}

function placeText(place: NamePlace): string {
  return `${JSON.stringify(place.name)} in inode ${place.directory}`;
}

function extent(offset: number, length: number): string {
  return `[${hex(offset)},+${length})`;
}

function hex(bytes: number): string {
  return `0x${bytes.toString(16)}`;
}

function markText(happened: HistoryEvent): string {
  switch (happened.kind) {
    case "open":
    case "opened":
    case "closed":
      return `${happened.kind} life ${happened.life}`;
    case "invoked":
      return `invoked operation ${happened.operation}`;
    case "acknowledged":
      return `acknowledged operation ${happened.operation}${lsnText(happened.lsns)}`;
    case "failed":
      return `failed operation ${happened.operation}: ${quoted(happened.message)}`;
    case "open-failed":
      return `open-failed life ${happened.life}: ${quoted(happened.message)}`;
    case "crash":
      return `crash life ${happened.life} by ${quoted(happened.fault)} during ${happened.point.during}`;
    case "recovered":
      return `recovered life ${happened.life}: ${happened.outcome.kind}`;
    case "io-error":
      return `io-error life ${happened.life}: ${happened.failure}`;
    case "stalled":
      return `stalled life ${happened.life}: no answer to operations ${happened.operations.join(", ")}`;
  }
}

function lsnText(lsns: readonly number[]): string {
  return lsns.length === 0 ? "" : ` (LSN ${lsns.join(", ")})`;
}

/** Text that came from a subject, kept on one line and short. */
function quoted(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}...` : text);
}
