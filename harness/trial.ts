// One trial of a kill, from its seed to its record: read this first. A power cut: power/power-trial.ts.
import { FaultError } from "./faults/fault-error.ts";
import type { KillFault } from "./faults/kill.ts";
import type { LifeCalls } from "./faults/kill-enumeration.ts";
import type { KillPlan, LifePlan } from "./faults/kill-plan.ts";
import { parseFault } from "./faults/parse-fault.ts";
import { countFindings } from "./guarantees/count-findings.ts";
import { judgeHistory } from "./guarantees/judge.ts";
import { accountLives } from "./history/accounting.ts";
import type { History } from "./history/history.ts";
import type { Scenario } from "./scenario.ts";
import { stream } from "./seed.ts";
import type { SubjectOptions } from "./subject.ts";
import { type LivedChain, liveChain } from "./supervisor/chain.ts";
import { drawLie } from "./supervisor/lying-writer.ts";
import type { Supervisor } from "./supervisor/supervisor.ts";
import type { LifeRecord, TrialRecord } from "./trial-record.ts";
import type { Workload } from "./workload.ts";
import { sampleWorkload } from "./workload-arbitraries.ts";

/** What to try. Workload and plan come from the seed where they are left out. */
export interface TrialRequest {
  readonly scenario: Scenario;
  /** The fault as text. */
  readonly fault: string;
  /** The trial's number in its campaign. */
  readonly trial: number;
  readonly seed: number;
  readonly workload?: Workload;
  readonly plan?: KillPlan;
  /** True for the convicting twin: the writer acknowledges what it has not done. */
  readonly lie?: boolean;
}

/** What came of it. */
export interface TrialOutcome {
  readonly record: TrialRecord;
  readonly history: History;
  /** What was drawn or given: with the workload in the history it repeats the trial. */
  readonly plan: KillPlan;
  /** Calls of the storage that each life made, where they were counted to the end. */
  readonly calls: readonly (LifeCalls | undefined)[];
  /**
   * The store as the crash left it that a violation shows after, copied before the recovery; the
   * caller moves it away. It goes when the supervisor closes.
   */
  readonly store?: string;
  /** Why a violation has no copy of the store. */
  readonly storeMissing?: string;
  /** What the subject printed, bounded. */
  readonly stderr: string;
}

/**
 * Runs one trial: workload -> lives of a writer, each killed, recovered and gone on with ->
 * history -> guarantees -> record.
 * @throws FaultError where the fault does not exist or does not apply; SupervisorError where the
 *   subject can not be loaded or no child can be started. Neither is a verdict.
 */
export async function runTrial(
  request: TrialRequest,
  supervisor: Supervisor,
): Promise<TrialOutcome> {
  const { scenario } = request;
  const fault = applicableFault(request);
  const workload = request.workload ?? sampleWorkload(scenario.workloads, request.seed);
  const plan = choosePlan(request, fault, workload);
  const directory = supervisor.makeDirectory();
  try {
    const options = subjectOptions(scenario, workload);
    const chain = await liveChain(
      { subject: scenario.subject, options, workload, fault, plan, directory },
      supervisor,
    );
    const history = { workload, events: chain.events };
    const record = judgeChain(request, history, chain);
    const kept = await keepStore({ record, chain, directory }, supervisor);
    const calls = chain.lives.map((life) => life.calls);
    return { record, history, plan, calls, ...kept, stderr: chain.output };
  } catch (error) {
    await supervisor.removeDirectory(directory);
    throw error;
  }
}

function applicableFault({ fault: text, scenario }: TrialRequest): KillFault {
  const fault = parseFault(text);
  if (fault.kind === "kill" && fault.appliesTo(scenario)) return fault;
  throw new FaultError("does-not-apply", `${text} does not apply to ${scenario.name}`);
}

function choosePlan(request: TrialRequest, fault: KillFault, workload: Workload): KillPlan {
  const { scenario, seed } = request;
  if (request.lie === true) return lyingPlan(request, workload);
  return request.plan ?? fault.plan(seed, workload, scenario);
}

/** Kills each writer after its last operation, until one lies; no lives where none can. */
function lyingPlan({ scenario, seed }: TrialRequest, workload: Workload): KillPlan {
  const lie = drawLie(workload, scenario.promise(workload.options), stream(seed, "lie"));
  if (lie === undefined) return { lives: [] };
  const idle: LifePlan = { writer: { kind: "idle" }, recoveries: [] };
  const honest = Array.from({ length: lie.life }, () => idle);
  const writer = { kind: "lie", from: lie.from, through: lie.through } as const;
  return { lives: [...honest, { writer, recoveries: [] }] };
}

/** The subject's own options, under the trial's, under the mode. */
function subjectOptions(scenario: Scenario, workload: Workload): SubjectOptions {
  return { ...scenario.subject.options, ...workload.options, mode: scenario.mode };
}

function judgeChain(request: TrialRequest, history: History, chain: LivedChain): TrialRecord {
  const { scenario, fault, seed, trial } = request;
  const promise = scenario.promise(history.workload.options);
  const judged = judgeHistory(history, promise);
  const problem =
    chain.lives.length === 0 ? "no life was lived" : (chain.problem ?? judged.problem);
  const spoiled = judged.verdict !== "violated" && problem !== undefined;
  const verdict = spoiled ? "inconclusive" : judged.verdict;
  return {
    trial,
    seed,
    scenario: scenario.name,
    mode: scenario.mode,
    fault,
    options: history.workload.options,
    lives: lifeRecords(history, chain, promise),
    verdict,
    violations: judged.violations,
    ...(verdict === "measured" ? { findings: countFindings(judged.violations) } : {}),
    notApplicable: judged.notApplicable,
    ...(verdict === "inconclusive" && problem !== undefined ? { problem } : {}),
  };
}

function lifeRecords(
  history: History,
  chain: LivedChain,
  promise: ReturnType<Scenario["promise"]>,
): readonly LifeRecord[] {
  const accounts = accountLives(history, promise);
  return accounts.flatMap((account) => {
    const lived = chain.lives.find(({ life }) => life === account.life);
    if (lived === undefined) return [];
    const { plan, struck, ended, evidence } = lived;
    return [{ ...account, plan, struck, ended, evidence }];
  });
}

/** Removes all of the trial's files but the copy that an artifact needs. */
async function keepStore(
  {
    record,
    chain,
    directory,
  }: {
    readonly record: TrialRecord;
    readonly chain: LivedChain;
    readonly directory: string;
  },
  supervisor: Supervisor,
): Promise<Pick<TrialOutcome, "store" | "storeMissing">> {
  const [violation] = record.violations;
  const copy = chain.lives.find(({ life }) => life === violation?.life)?.copy;
  if (copy?.kind === "copied") return { store: copy.path };
  await supervisor.removeDirectory(directory);
  return copy === undefined ? {} : { storeMissing: copy.reason };
}
