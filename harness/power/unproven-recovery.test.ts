// What an unproven recovery seems to find is held against nobody: it may not have been read to its end.
import { expect, test } from "vitest";
import type { CrashVisit } from "../disk/crash-space.ts";
import { profiles } from "../disk/profile.ts";
import type { Workload } from "../workload.ts";
import { exploreStates } from "./explore.ts";
import type { FindingReader } from "./finding.ts";
import { journalSubject } from "./fixtures/journal-store.ts";
import { MemoryRecoverer } from "./memory-recoverer.ts";
import { recordChain } from "./record-chain.ts";
import type { RecoveredState } from "./state-recoverer.ts";

const PROBLEM = "a process may be left";
/** Enough of them that some are drawn to be recovered again. */
const appends = Array.from({ length: 40 }, () => ({ kind: "append", size: 20 }) as const);
const workload: Workload = { seed: 5, options: {}, lives: [appends] };
const store = { subject: journalSubject(), options: { mode: "sync" } };
const promise = {
  kill: { records: 0 },
  power: { records: 0 },
  barriers: ["append", "close"],
  batchesAtomic: false,
  ordered: true,
  lsns: false,
} as const;

/** Real recoveries, of which nothing is proved from the `from`th on: by the first, or by those behind it. */
class UnprovenRecoverer extends MemoryRecoverer {
  recovered = 0;
  readonly #from: number;
  readonly #behind: boolean;

  constructor({ from, behind }: { readonly from: number; readonly behind: boolean }) {
    super(store);
    this.#from = from;
    this.#behind = behind;
  }

  override async recover(visit: CrashVisit, reader: FindingReader): Promise<RecoveredState> {
    this.recovered += 1;
    const state = await super.recover(visit, reader);
    if (this.recovered < this.#from) return state;
    let isAgain = !this.#behind;
    const nothing = reader.of({ kind: "found", records: [] });
    return {
      ...state,
      findings: this.#behind ? state.findings : [nothing],
      get problem() {
        return isAgain ? PROBLEM : undefined;
      },
      async recoverAgain() {
        isAgain = true;
        return nothing;
      },
    };
  }
}

async function explored(recoverer: UnprovenRecoverer): ReturnType<typeof exploreStates> {
  const given = { workload, seed: 3, profile: profiles.posix, promise };
  const plan = { lives: [{ ending: { kind: "close" } as const }] };
  const recording = await recordChain({ ...given, store, plan });
  const limits = { statesMax: 500, exhaustiveMax: 64, nestedMax: 0, nestedStatesMax: 0, depth: 0 };
  return exploreStates({ ...given, ...recording, recoverer, limits });
}

test.each([
  { from: 1, behind: false },
  // Behind an acknowledgement, where a state that lost everything would convict.
  { from: 40, behind: false },
  { from: 30, behind: true },
])("unproven from the recovery number $from on, behind the first: $behind", async (given) => {
  const recoverer = new UnprovenRecoverer(given);
  const { violation, problem } = await explored(recoverer);
  expect(recoverer.recovered).toBeGreaterThanOrEqual(given.from);
  expect(problem).toBe(PROBLEM);
  expect(violation).toBeUndefined();
});
