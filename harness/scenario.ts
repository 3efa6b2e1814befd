// A scenario: subject x mode x workload x faults x guarantee.
import type fc from "fast-check";
import type { StorePromise } from "./guarantees/guarantee.ts";
import type { Json, SubjectReference } from "./subject.ts";
import type { Stratum } from "./trial-record.ts";
import type { Workload } from "./workload.ts";

export interface Scenario {
  /** `wal/sync`; what a user names on the command line. */
  readonly name: string;
  /** One line for `ackproof list`. */
  readonly title: string;
  readonly subject: SubjectReference;
  readonly mode: string;
  /** Draws a workload, with the options of its trial. */
  readonly workloads: fc.Arbitrary<Workload>;
  /** What the mode promises when opened with these options. */
  promise(options: { readonly [key: string]: Json }): StorePromise;
  /** Faults as text: what strikes where the command line names none. */
  readonly faults: readonly string[];
  /** Strata that must not stay empty in a campaign. */
  readonly requiredStrata: readonly Stratum[];
  /** True where the subject uses the storage port, so that its calls can be counted and cut. */
  readonly usesStoragePort: boolean;
  /** True for the scenarios that `gate` runs when none is named. */
  readonly inGate: boolean;
}
