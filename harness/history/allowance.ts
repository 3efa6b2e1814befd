// Which loss a promise allows, by how the machine failed; and how it failed, by the crash's own text.
import type { Allowance, StorePromise } from "../guarantees/guarantee.ts";
import type { History } from "./history.ts";
import { HistoryError } from "./history-error.ts";

/** How the machine failed, as far as a promise tells failures apart. */
const faultKinds = ["kill", "power", "io-error", "corrupt"] as const;
export type FaultKind = (typeof faultKinds)[number];

/**
 * The kind of a crash event's fault: its first word, as in `kill:moment=830us` or `power`.
 * @throws HistoryError UNKNOWN_FAULT
 */
export function faultKind(text: string): FaultKind {
  const [word] = text.split(/[:=]/, 1);
  const kind = faultKinds.find((one) => one === word);
  if (kind === undefined) {
    throw new HistoryError("UNKNOWN_FAULT", `no kind of fault is called "${text.slice(0, 80)}"`);
  }
  return kind;
}

/** The lives with a crash of this kind: where I/O errors were injected operations may fail. */
export function livesStruckBy(history: History, kind: FaultKind): ReadonlySet<number> {
  return new Set(
    history.events.flatMap((event) =>
      event.kind === "crash" && faultKind(event.fault) === kind ? [event.life] : [],
    ),
  );
}

/**
 * What may be lost. An I/O error is judged by the power cut that follows it. Corruption may take
 * all: whether it had to be noticed is told by the damaged bytes, which a history does not hold.
 */
export function allowanceOf(promise: StorePromise, kind: FaultKind): Allowance {
  switch (kind) {
    case "kill":
      return promise.kill;
    case "power":
      return promise.power;
    case "io-error":
      return promise.ioError ?? promise.power;
    case "corrupt":
      return "since-barrier";
  }
}

/**
 * The promise that the crashes of a trial are held against: behind an I/O error a power cut may take
 * what the promise allows an I/O error.
 */
export function promiseUnder(promise: StorePromise, kind: FaultKind): StorePromise {
  return kind === "io-error" ? { ...promise, power: allowanceOf(promise, kind) } : promise;
}

/** Whether such a failure may undo what a recovery has reported: it kept it, and it cut the rest off. */
export function undoesRecovery(promise: StorePromise, kind: FaultKind): boolean {
  if (allowanceOf(promise, kind) === "anything") return true;
  return promise.recoverySyncs === false && (kind === "power" || kind === "io-error");
}

/**
 * Whether the store promises of anything that such a failure leaves it there. Corruption takes what it
 * takes, and is judged by what was noticed. A time is no promise at a power cut: a recording has none.
 */
export function promisesSurvival(promise: StorePromise, kind: FaultKind): boolean {
  const allowance = allowanceOf(promise, kind);
  if (allowance === "anything") return false;
  if (kind === "kill" || kind === "corrupt" || mostRecords(allowance) < Infinity) return true;
  return promise.recoverySyncs !== false || promise.barriers.length > 0;
}

/**
 * What crashes may take together: a record is safe with `records` acknowledged ones behind it that
 * was acknowledged more than `milliseconds` before the crash. `Infinity` where nothing makes it safe.
 */
export interface Slack {
  readonly records: number;
  readonly milliseconds: number;
}

/** An allowance as slack. */
export function slackOf(allowance: Allowance): Slack {
  if (typeof allowance === "string") return { records: Infinity, milliseconds: Infinity };
  return "records" in allowance
    ? { records: allowance.records, milliseconds: 0 }
    : { records: 0, milliseconds: allowance.milliseconds };
}

/** What either of them allows. */
export function looser(one: Slack, other: Slack): Slack {
  return {
    records: Math.max(one.records, other.records),
    milliseconds: Math.max(one.milliseconds, other.milliseconds),
  };
}

/** The most records that may be lost where nobody took times; `Infinity` where nothing bounds them. */
export function mostRecords(allowance: Allowance): number {
  const { records, milliseconds } = slackOf(allowance);
  return milliseconds === 0 ? records : Infinity;
}

/** How many records an allowance names; null where it names no number of them. */
export function allowedRecords({ records, milliseconds }: Slack): number | null {
  return milliseconds === 0 && Number.isFinite(records) ? records : null;
}
