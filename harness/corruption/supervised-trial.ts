// One trial of the fault `corrupt` in a worker, with its time limit, and what it came to.
import type { StoryBytes } from "../crash-story.ts";
import { corruptionText } from "../disk/corruption-text.ts";
import type { DiskImage } from "../disk/image.ts";
import type { CorruptFault, CorruptionPlan } from "../faults/corrupt.ts";
import { FaultError } from "../faults/fault-error.ts";
import { accountLives } from "../history/accounting.ts";
import type { History } from "../history/history.ts";
import { formatChainLife } from "../power/chain-plan.ts";
import type { Scenario } from "../scenario.ts";
import { drawnRecord, spoiledTrial } from "../spoiled-trial.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { CorruptionRecord, LifeRecord, TrialRecord } from "../trial-record.ts";
import type { Workload } from "../workload.ts";
import { sampleWorkload } from "../workload-arbitraries.ts";
import type { CorruptionJob } from "./corruption-job.ts";
import type { CorruptionOutcome } from "./corruption-trial.ts";
import { convictUnanswered, judgedBy } from "./unanswered-damage.ts";

/** What to try. The workload comes from the seed where it is left out, and the plan always does. */
export interface SupervisedCorruption {
  readonly scenario: Scenario;
  readonly fault: CorruptFault;
  readonly trial: number;
  readonly seed: number;
  readonly workload?: Workload;
  /** True for the convicting twin: each refusal is taken for an empty store. */
  readonly lie?: boolean;
}

/** What came of it. */
export interface SupervisedOutcome {
  readonly record: TrialRecord;
  readonly history: History;
  /** The disk of a violation, as the damage left it. */
  readonly damaged?: DiskImage;
  /** Where that changed the store's files. */
  readonly changed?: readonly StoryBytes[];
  readonly stderr: string;
}

type Drawn = SupervisedCorruption & {
  readonly workload: Workload;
  readonly plan: CorruptionPlan;
};

/**
 * Runs one trial. A recovery that hangs or kills its worker is a violation where it does so twice; a
 * worker that fails elsewhere is told as the problem of an inconclusive trial.
 * @throws FaultError `does-not-apply`; SupervisorError where the subject can not be loaded
 */
export async function runSupervisedCorruption(
  request: SupervisedCorruption,
  supervisor: Supervisor,
): Promise<SupervisedOutcome> {
  const { scenario, fault, seed } = request;
  if (!fault.appliesTo(scenario)) {
    throw new FaultError("does-not-apply", `${fault.text} does not apply to ${scenario.name}`);
  }
  const workload = request.workload ?? sampleWorkload(scenario.workloads, seed);
  const plan = fault.plan(seed, workload, scenario);
  const drawn = { ...request, workload, plan };
  const outcomes: SupervisedOutcome[] = [];
  const { evidence } = await fault.strike(plan, {
    corrupt: async () => {
      const outcome = await corrupt(drawn, supervisor);
      outcomes.push(outcome);
      return outcome.record.corruption?.judged ?? 0;
    },
  });
  const [outcome = spoiledTrial(drawn, evidence, "")] = outcomes;
  return outcome;
}

function jobOf({ scenario, workload, plan, lie }: Drawn): CorruptionJob {
  return {
    kind: "corrupt",
    subject: scenario.subject,
    options: { ...scenario.subject.options, ...workload.options, mode: scenario.mode },
    workload,
    plan,
    promise: scenario.promise(workload.options),
    keepsSilent: lie ?? false,
  };
}

async function corrupt(drawn: Drawn, supervisor: Supervisor): Promise<SupervisedOutcome> {
  const job = jobOf(drawn);
  const { end, output } = await supervisor.corrupt(job);
  if (end.kind === "answered") return concludeOutcome(drawn, judgedBy(end.reply), output);
  const unanswered = await convictUnanswered(job, end, supervisor);
  return unanswered.kind === "convicted"
    ? concludeOutcome(drawn, unanswered.outcome, output)
    : spoiledTrial(drawn, unanswered.problem, output);
}

function concludeOutcome(
  drawn: Drawn,
  outcome: CorruptionOutcome,
  stderr: string,
): SupervisedOutcome {
  const { events, violated, damaged, changed } = outcome;
  const { workload } = drawn;
  const corruption = corruptionRecord(outcome);
  const problem =
    outcome.problem ?? (corruption.judged === 0 ? "there was no byte to damage" : undefined);
  const spoils = outcome.verdict !== "violated" && problem !== undefined;
  const record = {
    ...drawnRecord(drawn),
    lives: lifeRecords(drawn, { workload, events }),
    corruption,
    verdict: spoils ? "inconclusive" : outcome.verdict,
    violations: violated?.violations ?? [],
    notApplicable: [],
    ...(spoils ? { problem } : {}),
  };
  return {
    record,
    history: violated?.history ?? { workload, events },
    stderr,
    ...(damaged === undefined ? {} : { damaged }),
    ...(changed === undefined ? {} : { changed }),
  };
}

function corruptionRecord({
  counts,
  lostSilentlyMax,
  violated,
}: CorruptionOutcome): CorruptionRecord {
  return {
    judged: Object.values(counts).reduce((sum, count) => sum + count, 0),
    noticed: counts.noticed,
    harmless: counts.harmless,
    lostSilently: counts["lost-silently"],
    lostOperationsMax: lostSilentlyMax,
    ...(violated === undefined ? {} : { change: corruptionText(violated.corruption) }),
  };
}

/** The lives that wrote the store; how they end is the trial's plan. */
function lifeRecords({ scenario, workload, plan }: Drawn, history: History): LifeRecord[] {
  return accountLives(history, scenario.promise(workload.options)).map((account) => {
    const ending = plan.ends[account.life] ?? { kind: "close" };
    const ended = ending.kind === "close" ? "closed" : "killed";
    const how = { plan: formatChainLife({ ending }), struck: true, ended } as const;
    return { ...account, ...how, evidence: "recorded" };
  });
}
