// The run that a recovery finds, record by record, and what each step breaks.
import type { LogRecord, Standing } from "./log-record.ts";

/** A record that a recovery may find, in log order. */
export interface Candidate {
  readonly record: LogRecord;
  readonly standing: Standing;
  /** A recovery had reported it missing, and a power cut may have undone that. */
  readonly missedBefore?: boolean;
}

/** The stretch of the log between two named records that were found. */
export interface Gap {
  readonly log: readonly Candidate[];
  /** The named record before it; -1 at the beginning of the log. */
  readonly before: number;
  /** The named record after it; the log's length at its end. */
  readonly after: number;
  /** What was asked for before this event may be missing from the beginning of the log. */
  readonly truncatedBefore: number;
  readonly batchesAtomic: boolean;
}

/** How the run stands before the next record. */
export type State = 0 | 1 | 2 | 3;
/** Nothing was found yet: a requested truncation may have cut the beginning off. */
export const START: State = 0;
/** The last record was found. */
export const TAKEN: State = 1;
/** The last record was rightly left out (its operation failed); the run goes on. */
const PASSED: State = 2;
/** The tail of this life was lost. */
const LOST: State = 3;
export const STATES: readonly State[] = [START, TAKEN, PASSED, LOST];

/** The price of one broken promise; below it are the prices of LSNs that differ. */
export const BREACH = 1e4;

/** How the run stands behind a record, and the price of what the record broke. */
interface Step {
  readonly state: State;
  readonly cost: number;
}

/** The step over the record at this index, which was found or was not. */
export type Stepper = (index: number, before: State, present: boolean) => Step;

/** A crash takes a tail of its life: what an earlier life lost, a step does not mind. */
export function stepper(gap: Gap): Stepper {
  return (index, before, present) => {
    const candidate = gap.log[index];
    const previous = gap.log[index - 1];
    if (candidate === undefined) {
      return { state: before, cost: 0 };
    }
    const state =
      before === LOST && previous?.record.life !== candidate.record.life ? PASSED : before;
    const inBatch = gap.batchesAtomic && candidate.record.operation === previous?.record.operation;
    if (present) {
      return { state: TAKEN, cost: presenceBreaches(state, inBatch) * BREACH };
    }
    if (state === START && candidate.record.invokedAt < gap.truncatedBefore) {
      return { state: START, cost: 0 };
    }
    const partial = inBatch && state === TAKEN;
    const step = absence(candidate, state);
    return partial ? { ...step, cost: step.cost + BREACH } : step;
  };
}

/** A record behind a lost one breaks a promise, and a batch whose beginning is missing another. */
function presenceBreaches(state: State, inBatch: boolean): number {
  const behindLost = state === LOST ? 1 : 0;
  const partial = inBatch && (state === LOST || state === PASSED) ? 1 : 0;
  return behindLost + partial;
}

function absence({ record, standing }: Candidate, state: State): Step {
  if (standing.kind === "must") {
    return { state: LOST, cost: BREACH };
  }
  const goesOn = record.outcome === "failed" && state !== LOST;
  return { state: goesOn ? PASSED : LOST, cost: 0 };
}
