// The story of one violation: what was done, where the crash fell, what it left, and why it broke.
import type { CrashStory, StoryBytes, StoryEvent } from "../crash-story.ts";
import { parseCrashChoice } from "../disk/crash-choice.ts";
import { crashImage } from "../disk/crash-image.ts";
import { DiskError } from "../disk/disk-error.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import { crashFault } from "../faults/parse-fault.ts";
import type { StorePromise, Violation } from "../guarantees/guarantee.ts";
import { cutText } from "../guarantees/wording.ts";
import type { CrashPoint, History, HistoryEvent } from "../history/history.ts";
import { cutsPower } from "../hunt/cuts-power.ts";
import { eventWords } from "../hunt/event-words.ts";
import type { ExplainReply } from "../hunt/explain-job.ts";
import { explanationSentences } from "../hunt/explanation-sentences.ts";
import { withWrittenOn } from "../hunt/written-on.ts";
import { meantProfile } from "../power/meant-profile.ts";
import { STORE_DIRECTORY } from "../power/recorded-store.ts";
import type { TrialRecord } from "../trial-record.ts";
import { differingBytes, STRETCHES_LIMIT } from "./differing-bytes.ts";
import { livedEvent, livedEvents } from "./lived-events.ts";
import { recordedEvents } from "./recorded-events.ts";
import { toldRecords } from "./told-records.ts";

/** Events before the crash, and behind it: recoveries, and what was written on. */
const EVENTS_BEFORE = 360;
const EVENTS_BEHIND = 40;
const RECORDS_LIMIT = 400;
/** Longest sentence, in UTF-16 units; a choice of a whole disk may be long. */
const SENTENCE_LIMIT = 2000;

/** A violating trial, as it is kept. */
export interface BrokenTrial {
  readonly record: TrialRecord;
  readonly history: History;
  readonly trace?: DiskTrace;
  /** Of damage at rest: where it changed the files. */
  readonly changed?: readonly StoryBytes[];
  /** As the fault's crashes are held against. */
  readonly promise: StorePromise;
  readonly usesStoragePort: boolean;
  readonly explanation: ExplainReply | undefined;
}

/** The story of its first violation; none where its history does not show how the life ended. */
export function tellCrash(broken: BrokenTrial): CrashStory | undefined {
  const { workload, events } = broken.history;
  const trial = { ...broken, history: { workload: withWrittenOn(workload, events), events } };
  const [violation] = trial.record.violations;
  if (violation === undefined) return undefined;
  const end = endOfLife(trial, violation);
  const ended = trial.history.events[end];
  if (ended === undefined) return undefined;
  const { before, leftOut, crashAt, crash } = crashOf(trial, end, ended);
  const told = toldRecords(recovered(trial, violation, end), RECORDS_LIMIT);
  return {
    events: [...before, ...behind(trial, end, crashAt)],
    eventsLeftOut: leftOut,
    crashAt,
    crash: cutSentence(crash),
    records: told.records,
    recordsLeftOut: told.leftOut,
    bytes: [...leftBytes(trial), ...told.altered].slice(0, STRETCHES_LIMIT),
    explanation: explanationSentences(trial.explanation).map(cutSentence),
  };
}

/** The event that ended the life after which the violation shows; -1 where there is none. */
function endOfLife({ record, history }: BrokenTrial, { life }: Violation): number {
  const powered = record.power !== undefined;
  return history.events.findLastIndex((event) =>
    powered ? cutsPower(event) : event.life === life && endsWriter(event),
  );
}

function endsWriter(event: HistoryEvent): boolean {
  if (event.kind === "crash") return event.point.during !== "recovery";
  return event.kind === "closed" || event.kind === "open-failed";
}

interface ToldCrash {
  readonly before: readonly StoryEvent[];
  readonly leftOut: number;
  readonly crashAt: number;
  readonly crash: string;
}

function crashOf(trial: BrokenTrial, end: number, ended: HistoryEvent): ToldCrash {
  const { record, history, trace } = trial;
  const { workload, events } = history;
  const cut = record.power?.crash;
  if (cut !== undefined && trace !== undefined) {
    const recorded = { trace, at: cut.at, workload };
    const told = recordedEvents(recorded, EVENTS_BEFORE);
    const nested = (record.power?.outer ?? []).length > 0;
    const where = nested ? ", in the recovery after an earlier power cut" : "";
    const words = eventWords(trace, cut.at, workload);
    const crash = `The power failed right after ${words} (event #${cut.at})${where}, and left: ${cut.choice}`;
    return { before: told.events, leftOut: told.leftOut, crashAt: cut.at, crash };
  }
  const told = livedEvents({ events, end, workload }, EVENTS_BEFORE);
  const crash = endWords(record, ended);
  return { before: told.events, leftOut: told.leftOut, crashAt: end - 1, crash };
}

function endWords({ lives, corruption }: TrialRecord, ended: HistoryEvent): string {
  const { life } = ended;
  if (ended.kind === "open-failed") {
    return `The store could not be opened in life ${life}: nothing had struck it`;
  }
  if (ended.kind !== "crash") return `Life ${life} was closed cleanly: nothing had struck it`;
  const change = corruption?.change;
  if (change !== undefined) return `The store was damaged at rest: ${change}`;
  const evidence = cutText(lives.find((lived) => lived.life === life)?.evidence ?? "no evidence");
  return `Life ${life} was ended by ${ended.fault} ${pointWords(ended.point)}: ${evidence}`;
}

function pointWords(point: CrashPoint): string {
  switch (point.during) {
    case "open":
      return "before the store was open";
    case "operation":
      return `in operation ${point.operation}${point.rotation ? ", which was changing files" : ""}`;
    case "idle":
      return "after the last answer";
    case "recovery":
      return "in recovery";
  }
}

/** Numbered on from the crash: a recording has no place for them. */
function behind({ history, trace }: BrokenTrial, end: number, crashAt: number): StoryEvent[] {
  const { workload, events } = history;
  const first = trace === undefined ? end + 1 : crashAt + 1;
  return events
    .slice(end + 1, end + 1 + EVENTS_BEHIND)
    .map((event, index) => livedEvent(event, first + index, workload));
}

/** Up to the last recovery of the life that the violation shows after. */
function recovered(
  { history, promise }: BrokenTrial,
  { life, operations }: Violation,
  end: number,
): Parameters<typeof toldRecords>[0] {
  const isTold = ({ kind, life: of }: HistoryEvent): boolean => kind === "recovered" && of === life;
  const behindEnd = history.events.slice(end + 1);
  const last = behindEnd.findLastIndex(isTold);
  const first = behindEnd.findIndex(({ kind }) => kind === "recovered");
  const events = history.events.slice(0, end + 2 + (last < 0 ? first : last));
  return { history: { ...history, events }, promise, operations };
}

/** What the disk that was left has other than the disk with all that was written. */
function leftBytes(trial: BrokenTrial): readonly StoryBytes[] {
  const { record, trace, promise, usesStoragePort, changed = [] } = trial;
  const cut = record.power?.crash;
  const fault = crashFault(record.fault);
  if (cut === undefined || trace === undefined || fault === undefined) return changed;
  const profile = meantProfile(fault, promise, usesStoragePort);
  try {
    const left = crashImage(trace, { at: cut.at, keep: parseCrashChoice(cut.choice), profile });
    const newest = { base: "newest", clauses: [] } as const;
    const written = crashImage(trace, { at: cut.at, keep: newest, profile });
    return differingBytes(written, left, usesStoragePort ? STORE_DIRECTORY : "");
  } catch (error) {
    // The story goes on without them; a replay of the artifact tells what is wrong with the disk.
    if (error instanceof DiskError) return changed;
    throw error;
  }
}

function cutSentence(text: string): string {
  return text.length > SENTENCE_LIMIT ? `${text.slice(0, SENTENCE_LIMIT)}...` : text;
}
