// The events of a recording up to its power cut, as a story tells them.
import type { StoryEvent } from "../crash-story.ts";
import type { DiskEvent, DiskOperation, DiskTrace } from "../disk/disk-trace.ts";
import { eventWords } from "../hunt/event-words.ts";
import type { Workload } from "../workload.ts";
import { type LivedEvents, livedEvent } from "./lived-events.ts";

/** The last events up to the cut behind event `at`, `limit` of them at most. */
export function recordedEvents({ trace, at, workload }: RecordedCrash, limit: number): LivedEvents {
  const told = toldEvents(trace, at);
  const shown = told.slice(-limit);
  const belonging = belongings(trace, at);
  return {
    leftOut: told.length - shown.length,
    events: shown.map((event) => {
      const { life, operation } = belonging[event.at] ?? { life: 0, operation: undefined };
      return recordedEvent(event, { trace, workload, life, operation });
    }),
  };
}

/** A recording, and where the power was cut. */
export interface RecordedCrash {
  readonly trace: DiskTrace;
  readonly at: number;
  readonly workload: Workload;
}

/** An operation is `whole` where its end follows right behind its start; then it is told once. */
interface ToldEvent {
  readonly at: number;
  readonly whole: boolean;
}

function toldEvents({ events }: DiskTrace, at: number): readonly ToldEvent[] {
  const told: ToldEvent[] = [];
  for (const [index, event] of events.slice(0, at + 1).entries()) {
    const whole = event.kind === "end" && event.failed === undefined && event.start === index - 1;
    if (whole) told.pop();
    told.push({ at: index, whole });
  }
  return told;
}

interface Belonging {
  readonly life: number;
  readonly operation: number | undefined;
}

/** Whose each event is; of operations in flight together nobody knows which of them asked the disk. */
function belongings({ events }: DiskTrace, at: number): readonly Belonging[] {
  const open = new Set<number>();
  let life = events.find((event) => event.kind === "mark")?.happened.life ?? 0;
  return events.slice(0, at + 1).map((event) => {
    if (event.kind !== "mark") {
      const [first] = open;
      return { life, operation: open.size === 1 ? first : undefined };
    }
    const { happened } = event;
    life = happened.life;
    if (happened.kind === "invoked") open.add(happened.operation);
    else if (happened.kind === "acknowledged" || happened.kind === "failed") {
      open.delete(happened.operation);
    } else open.clear();
    return { life, operation: undefined };
  });
}

interface EventPlace extends Belonging {
  readonly trace: DiskTrace;
  readonly workload: Workload;
}

function recordedEvent({ at, whole }: ToldEvent, place: EventPlace): StoryEvent {
  const { trace, workload, life, operation } = place;
  const event = trace.events[at];
  if (event?.kind === "mark") return livedEvent(event.happened, at, workload);
  const start = event?.kind === "end" ? event.start : at;
  const done = startedAt(trace.events, start);
  const words = `${eventWords(trace, start, workload)}${detail(done)}`;
  const failed = event?.kind === "end" ? event.failed : undefined;
  const text = toldText(words, { isEnd: event?.kind === "end", whole, code: failed?.code });
  const kind = failed !== undefined ? "failure" : isSync(done) ? "sync" : "disk";
  return { at, kind, text, life, ...(operation === undefined ? {} : { operation }) };
}

function toldText(
  words: string,
  { isEnd, whole, code }: { isEnd: boolean; whole: boolean; code: string | undefined },
): string {
  if (whole) return words;
  if (code !== undefined) return `the failure of ${words}: ${code}`;
  return isEnd ? `the end of ${words}` : `${words} begins`;
}

function startedAt(events: readonly DiskEvent[], start: number): DiskOperation | undefined {
  const event = events[start];
  return event?.kind === "start" ? event.operation : undefined;
}

function isSync(operation: DiskOperation | undefined): boolean {
  const syncs: readonly (DiskOperation["kind"] | undefined)[] = [
    "fsync",
    "fdatasync",
    "fsync-directory",
  ];
  return syncs.includes(operation?.kind);
}

/** How much, and where. */
function detail(operation: DiskOperation | undefined): string {
  switch (operation?.kind) {
    case "write":
      return `, ${operation.bytes.length} bytes at 0x${operation.offset.toString(16)}`;
    case "allocate":
    case "zero":
      return `, ${operation.length} bytes at 0x${operation.offset.toString(16)}`;
    case "truncate":
      return ` to ${operation.size} bytes`;
    case undefined:
    case "create":
    case "mkdir":
    case "create-unnamed":
    case "link":
    case "rename":
    case "exchange":
    case "unlink":
    case "fsync":
    case "fdatasync":
    case "fsync-directory":
      return "";
  }
}
