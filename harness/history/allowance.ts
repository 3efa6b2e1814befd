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

/** The kinds of a history's crashes, in order. */
export function crashKinds(history: History): readonly FaultKind[] {
  return history.events.flatMap((event) =>
    event.kind === "crash" ? [faultKind(event.fault)] : [],
  );
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
    case "io-error":
      return promise.power;
    case "corrupt":
      return "since-barrier";
  }
}

/** The one that allows more. */
export function looser(one: Allowance, other: Allowance): Allowance {
  return one === "since-barrier" || other === "since-barrier"
    ? "since-barrier"
    : { records: Math.max(one.records, other.records) };
}

/** The number of an allowance; null where it sets none. */
export function allowedRecords(allowance: Allowance): number | null {
  return allowance === "since-barrier" ? null : allowance.records;
}
