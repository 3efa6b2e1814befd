// What a guarantee looks at, prepared once for all; and the shape of a guarantee.
import type { History } from "../history/history.ts";
import type { Oracle } from "../history/oracle.ts";
import type { Operation } from "../workload.ts";
import type { StorePromise, Violation } from "./guarantee.ts";

/** A history with what the oracle read out of it. */
export interface HistoryView {
  readonly history: History;
  /** All lives' operations, by number. */
  readonly operations: readonly Operation[];
  readonly promise: StorePromise;
  readonly oracle: Oracle;
}

/** The promise or the fault leaves nothing to judge, and why. */
interface NotApplicable {
  readonly notApplicable: string;
}

/** One promise as a predicate: a pure function of the view. */
export interface Guarantee {
  /** What reports call it. */
  readonly name: string;
  /** The promise in one sentence. */
  readonly statement: string;
  judge(view: HistoryView): readonly Violation[] | NotApplicable;
}
