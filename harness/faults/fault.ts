// A fault: how the machine fails, as a value of one shape that prints itself.
import type { Clock } from "../clock.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import type { Json, SubjectReference } from "../subject.ts";
import type { Workload } from "../workload.ts";

/** Whether a fault can run on this machine; if not, why, and the command that mends it. */
export type Availability =
  | { readonly available: true }
  | { readonly available: false; readonly reason: string; readonly command?: string };

/** What a strike left to be told. */
export interface Strike {
  /** False where the fault found nothing to strike: counted, and never a pass. */
  readonly struck: boolean;
  /** What was seen, in words, for the artifact. */
  readonly evidence: string;
}

/** What a fault may know of the scenario that it is to strike. */
export interface FaultTarget {
  readonly subject: SubjectReference;
  /** True where the subject's calls can be counted, cut and failed. */
  readonly usesStoragePort: boolean;
  /** The trial's number: what a row must have met takes turns, and is not left to luck. */
  readonly turn?: number;
  /** What the subject promises when it is opened with these options. */
  promise?(options: { readonly [key: string]: Json }): StorePromise;
}

/**
 * One way of failing. `Plan` is JSON: the moment that was drawn from the seed. `Run` is what the
 * strike acts on, for instance a writer that is at work.
 */
export interface Fault<Plan, Run> {
  readonly kind: string;
  /** The fault as a user would write it; `parseFault` inverts it. */
  readonly text: string;
  /** What this scenario's subject needs; without one, what every subject does. */
  needs(clock: Clock, target?: FaultTarget): Promise<Availability>;
  appliesTo(target: FaultTarget): boolean;
  /** Why it does not apply, where it does not. */
  readonly unfit: string;
  plan(seed: number, workload: Workload, target: FaultTarget): Plan;
  strike(plan: Plan, run: Run): Promise<Strike>;
}
