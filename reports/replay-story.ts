// A replayed violation, told step by step: the workload, the kills, what recovery found, what broke.
import type { Violation } from "../harness/guarantees/guarantee.ts";
import type {
  CrashPoint,
  History,
  HistoryEvent,
  RecoveryOutcome,
} from "../harness/history/history.ts";
import type { LifeRecord, TrialRecord, Verdict } from "../harness/trial-record.ts";
import { escapeText } from "./escape-text.ts";
import { tellNumbers, tellOperations } from "./operation-runs.ts";
import type { Paint } from "./paint.ts";

const SENTENCE_LIMIT = 400;
/** A value that names itself begins with `operation.item:`. */
const TAG = /^(\d{1,15})\.\d{1,15}:/;
/** Enough base64 for every tag. */
const TAG_BASE64_LENGTH = 48;

/** A replay, as far as it is told. */
export interface ReplayStory {
  readonly record: TrialRecord;
  /** With what the replay found in place of what the trial had found. */
  readonly history: History;
  /** The events from here on are the replay's own. */
  readonly replayedFrom: number;
  readonly verdict: Verdict;
  readonly violations: readonly Violation[];
  readonly problem?: string;
  /** Of a power cut that breaks a promise again: why, a sentence each. */
  readonly sentences: readonly string[];
}

/** The story as text that ends with a line break. */
export function renderReplay(story: ReplayStory, paint: Paint): string {
  const { record, history } = story;
  const head = [
    paint.strong(`${safe(record.scenario)} (${safe(record.fault)})`),
    `trial ${record.trial}, seed ${record.seed}, mode ${safe(record.mode)}`,
    `options: ${safe(JSON.stringify(history.workload.options))}`,
  ];
  // What came after the replayed disk is not part of the replay.
  const last = history.events.at(-1)?.life ?? 0;
  const told = record.lives.filter(({ life }) => life <= last);
  const lives = told.flatMap((life) => ["", ...renderLife(story, life)]);
  const disk = renderDisk(record);
  const on = renderWrittenOn(story);
  return `${[...head, ...lives, ...disk, ...on, "", ...renderEnd(story, paint)].join("\n")}\n`;
}

/** Of a power cut: at which event of the recording, and what it left, in the model's own words. */
function renderDisk({ power }: TrialRecord): string[] {
  const crash = power?.crash;
  if (crash === undefined) return [];
  const crashes = [...(power?.outer ?? []), crash];
  return [
    "",
    ...crashes.map(({ at, choice }, depth) => {
      const where = depth === 0 ? "the power cut" : "the power cut in the recovery after it";
      return `the disk: ${where}, behind event ${at}, left: ${safe(choice)}`;
    }),
  ];
}

function renderLife(story: ReplayStory, life: LifeRecord): string[] {
  const { history, replayedFrom } = story;
  const asked = history.workload.lives[life.life]?.length ?? 0;
  const lines = [
    `life ${life.life}: ${asked} operations, plan ${safe(life.plan)}`,
    ...tellOperations(history.workload, history.events, life.life).map((line) => `  ${line}`),
    `  its writer: ${tellEnd(life)}`,
  ];
  return [...lines, ...renderEvents(history.events, life.life, replayedFrom)];
}

/** A life that was not part of the trial's chain: the store was opened again behind its recovery. */
function renderWrittenOn({ record, history, replayedFrom }: ReplayStory): string[] {
  const last = history.events.at(-1)?.life ?? 0;
  const isOwn = record.lives.some(({ life }) => life === last);
  const opened = history.events.some(
    (event, index) => index >= replayedFrom && event.kind === "open" && event.life === last,
  );
  if (isOwn || !opened) return [];
  return [
    "",
    "written on behind the recovery:",
    ...tellOperations(history.workload, history.events, last).map((line) => `  ${line}`),
    ...renderEvents(history.events, last, replayedFrom),
  ];
}

function renderEvents(
  events: readonly HistoryEvent[],
  life: number,
  replayedFrom: number,
): string[] {
  return events.flatMap((event, index) => {
    const line = event.life === life ? renderEvent(event, index >= replayedFrom) : undefined;
    return line === undefined ? [] : [`  ${line}`];
  });
}

/** The evidence of a kill says by itself how the writer ended. */
function tellEnd({ ended, evidence }: LifeRecord): string {
  return evidence.startsWith(ended) ? safe(evidence) : `${ended}, ${safe(evidence)}`;
}

/** Operations are told as runs, so their events say nothing here. */
function renderEvent(event: HistoryEvent, replayed: boolean): string | undefined {
  switch (event.kind) {
    case "open-failed":
      return `opening failed: ${safe(`${event.code ?? ""} ${event.message}`)}`;
    case "crash":
      return `crash by ${safe(event.fault)} ${tellPoint(event.point)}`;
    case "recovered":
      return `${replayed ? "recovered again" : "recovered"}: ${tellOutcome(event.outcome)}`;
    case "io-error":
      return `the disk failed: ${safe(event.failure)}`;
    case "stalled":
      return `nothing went on: no answer to operations ${safe(tellNumbers(event.operations))}`;
    case "open":
    case "opened":
    case "invoked":
    case "acknowledged":
    case "failed":
    case "closed":
      return undefined;
  }
}

function tellPoint(point: CrashPoint): string {
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

function tellOutcome(outcome: RecoveryOutcome): string {
  switch (outcome.kind) {
    case "found": {
      const named = outcome.records.flatMap((record) => taggedOperation(record.bytes));
      const unnamed = outcome.records.length - named.length;
      const operations = named.length === 0 ? "" : ` of operations ${safe(tellNumbers(named))}`;
      const rest = unnamed === 0 ? "" : `, ${unnamed} without a name`;
      return `${outcome.records.length} values${operations}${rest}`;
    }
    case "refused":
      return `refused: ${safe(`${outcome.code ?? ""} ${outcome.message}`)}`;
    case "hung":
      return `no end within ${outcome.limitMs} ms`;
    case "died":
      return `the process died: ${safe(outcome.message)}`;
  }
}

function taggedOperation(base64: string): number[] {
  const start = Buffer.from(base64.slice(0, TAG_BASE64_LENGTH), "base64").toString("latin1");
  const digits = TAG.exec(start)?.[1];
  return digits === undefined ? [] : [Number(digits)];
}

function renderEnd(story: ReplayStory, paint: Paint): string[] {
  const broken = story.violations.map((violation) => {
    const where = `after life ${violation.life}`;
    return `${paint.bad(safe(violation.guarantee))} (${where}): ${safe(violation.message)}`;
  });
  const problem = story.problem === undefined ? [] : [`problem: ${safe(story.problem)}`];
  switch (story.verdict) {
    case "held":
      return [paint.good("It now holds: the same disk, recovered again, keeps every promise.")];
    case "inconclusive":
      return [paint.unsure("It could not be judged again."), ...problem];
    case "measured":
      return [paint.unsure("Nothing is promised there; what was found:"), ...broken, ...problem];
    case "violated":
      return [paint.bad("It breaks again."), ...broken, ...problem, ...renderWhy(story)];
  }
}

/** Of a power cut: the smallest disk that breaks the same, and the sync that prevents it. */
function renderWhy({ sentences }: ReplayStory): string[] {
  return sentences.length === 0 ? [] : ["", ...sentences.map(safe)];
}

function safe(text: string): string {
  return escapeText(text, SENTENCE_LIMIT);
}
