// Convicts a planted bug by the disks that its proof names: live it on the recording disk, and judge.
import { CorruptionJudge } from "../../harness/corruption/judge-corruption.ts";
import { writeAtRest } from "../../harness/corruption/write-at-rest.ts";
import { parseCorruption } from "../../harness/disk/corruption-text.ts";
import type { Violation } from "../../harness/guarantees/guarantee.ts";
import { judgeHistory } from "../../harness/guarantees/judge.ts";
import type { RecordedStore } from "../../harness/power/recorded-store.ts";
import type { Subject } from "../../harness/subject.ts";
import type { Verdict } from "../../harness/trial-record.ts";
import type { Workload } from "../../harness/workload.ts";
import { type LogMode, walPromise } from "../wal-promise.ts";
import { runChain } from "./chain-run.ts";
import type {
  ChainProof,
  ChainStep,
  CorruptionProof,
  CrashStateProof,
  NamedProof,
} from "./planted-bug.ts";

/** The payloads' seed. */
const SEED = 1;

/** What the disks of a proof came to. */
export interface ProofOutcome {
  readonly verdict: Verdict;
  readonly violations: readonly Violation[];
}

/**
 * Runs the proof against a subject of our log's adapter, and judges what it recovers from the disks
 * that the proof names. The sound log must hold on the same ones.
 */
export async function judgeCrashState(
  subject: Subject,
  mode: LogMode,
  proof: NamedProof,
): Promise<ProofOutcome> {
  const store: RecordedStore = { subject, options: { ...proof.options, mode } };
  return proof.kind === "corruption"
    ? await judgeCorruption(store, mode, proof)
    : await judgeChain(store, mode, asChain(proof));
}

/** The same proof where no device loses or alters anything: what a kill alone would show. */
export function keptWhole(proof: NamedProof): ChainProof {
  const chain = asChain(proof);
  const steps = chain.steps.map(
    (step): ChainStep => (step.kind === "power" ? { ...step, keep: "newest" } : step),
  );
  return { ...chain, steps };
}

async function judgeChain(
  store: RecordedStore,
  mode: LogMode,
  { steps, options }: ChainProof,
): Promise<ProofOutcome> {
  const lives = steps.flatMap((step) => (step.kind === "life" ? [step.operations] : []));
  const workload: Workload = { seed: SEED, options: { ...options }, lives };
  const events = await runChain({ store, workload }, steps);
  return judgeHistory({ workload, events }, walPromise(mode, workload.options));
}

/** A corruption is judged by what can be noticed of it, too. */
async function judgeCorruption(
  store: RecordedStore,
  mode: LogMode,
  { operations, options, change }: CorruptionProof,
): Promise<ProofOutcome> {
  const workload: Workload = { seed: SEED, options: { ...options }, lives: [operations] };
  const atRest = await writeAtRest(store, workload);
  const judge = await CorruptionJudge.of(atRest, walPromise(mode, workload.options));
  const { violations, problem } = await judge.judge(parseCorruption(change));
  const unjudged = problem === undefined ? "held" : "inconclusive";
  return { verdict: violations.length > 0 ? "violated" : unjudged, violations };
}

/** A crash state is the shortest chain; bytes that do not change at rest are one with a kill. */
function asChain(proof: NamedProof): ChainProof {
  switch (proof.kind) {
    case "chain":
      return proof;
    case "crash-state": {
      const { keep, profile = "posix", after } = proof;
      const cut: ChainStep = { kind: "power", keep, profile };
      return chainOf(proof, [...(after === "recovery" ? KILLED : []), cut, { kind: "recover" }]);
    }
    case "corruption":
      return chainOf(proof, KILLED);
  }
}

const KILLED: readonly ChainStep[] = [{ kind: "kill" }, { kind: "recover" }];

function chainOf(
  proof: CrashStateProof | CorruptionProof,
  behind: readonly ChainStep[],
): ChainProof {
  const { operations, options, guarantee } = proof;
  const steps: readonly ChainStep[] = [{ kind: "life", operations }, ...behind];
  return { kind: "chain", steps, guarantee, ...(options === undefined ? {} : { options }) };
}
