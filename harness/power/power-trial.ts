// One trial of a power cut: a workload recorded in a worker, crashed everywhere, and what it came to.
import { DiskError } from "../disk/disk-error.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import { parseIoFailure } from "../disk/io-failure.ts";
import { FaultError } from "../faults/fault-error.ts";
import type { IoErrorFault } from "../faults/io-error.ts";
import type { PowerFault } from "../faults/power.ts";
import { accountLives } from "../history/accounting.ts";
import { answersToFailures } from "../history/after-failure.ts";
import { allowanceOf, promiseUnder } from "../history/allowance.ts";
import type { History, HistoryEvent } from "../history/history.ts";
import {
  exploreProgram,
  type ProgramExploration,
  type ProgramJob,
} from "../recorded/explore-program.ts";
import type { Scenario } from "../scenario.ts";
import { drawnRecord, spoiledTrial } from "../spoiled-trial.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { SupervisorError } from "../supervisor/supervisor-error.ts";
import type { FailureCounts, LifeRecord, PowerRecord, TrialRecord } from "../trial-record.ts";
import type { Workload } from "../workload.ts";
import { sampleWorkload } from "../workload-arbitraries.ts";
import type { CallCounts } from "./call-counts.ts";
import { type ChainPlan, formatChainLife, type WantedFailure, withFailure } from "./chain-plan.ts";
import type { Exploration, StateCounts } from "./exploration.ts";
import type { ExploreLimits } from "./explore-request.ts";
import { livedOn } from "./lived-on.ts";
import { meantProfile } from "./meant-profile.ts";
import type { PowerJob, PowerReply } from "./power-job.ts";
import { convictUnanswered } from "./unanswered-recovery.ts";

/** What to try. Workload and plan come from the seed where they are left out. */
export interface PowerTrialRequest {
  readonly scenario: Scenario;
  readonly fault: PowerFault | IoErrorFault;
  readonly trial: number;
  readonly seed: number;
  readonly workload?: Workload;
  readonly plan?: ChainPlan;
  /** Of an I/O error: which failure it is, where it is not drawn with the chain. */
  readonly failure?: WantedFailure;
  /** True for the convicting twin: the same recording on a device that ignores every sync. */
  readonly lie?: boolean;
  readonly limits?: ExploreLimits;
}

/** What came of it. */
export interface PowerTrialOutcome {
  readonly record: TrialRecord;
  readonly history: History;
  /** The trace of a violation, from which its disk is built again. */
  readonly trace?: DiskTrace;
  /** Of a program: the disk of a violation as files; whoever takes the outcome removes it. */
  readonly store?: string;
  readonly stderr: string;
  /** Of an I/O error: how often each call was made that could have failed. */
  readonly callCounts?: CallCounts;
  /** Of a program: why its failure need not strike the same call again. */
  readonly approximate?: readonly string[];
}

/** The states of one trial of a campaign. */
const TRIAL_LIMITS: ExploreLimits = {
  statesMax: 4_000,
  exhaustiveMax: 64,
  nestedMax: 8,
  nestedStatesMax: 64,
  depth: 2,
};

/** Of one with an I/O error: another call that fails tells more than more disks of the same one. */
const IO_ERROR_LIMITS: ExploreLimits = {
  statesMax: 1_000,
  exhaustiveMax: 64,
  nestedMax: 4,
  nestedStatesMax: 32,
  depth: 1,
};

/**
 * Runs one trial. A recovery that hangs or kills its worker is a violation where it does so twice; a
 * worker that fails elsewhere is told as the problem of an inconclusive trial.
 * @throws FaultError `does-not-apply`; SupervisorError where the subject can not be loaded
 */
export async function runPowerTrial(
  request: PowerTrialRequest,
  supervisor: Supervisor,
): Promise<PowerTrialOutcome> {
  const { scenario, fault, seed } = request;
  if (!fault.appliesTo(scenario)) {
    throw new FaultError("does-not-apply", `${fault.text} does not apply to ${scenario.name}`);
  }
  const asked = request.workload ?? sampleWorkload(scenario.workloads, seed);
  const workload = fault.kind === "io-error" ? livedOn(asked) : asked;
  const plan = planOf(request, workload);
  const drawn = { ...request, workload, plan };
  const outcomes: PowerTrialOutcome[] = [];
  const { evidence } = await fault.strike(plan, {
    crashEverywhere: async () => {
      const outcome = scenario.usesStoragePort
        ? await runInMemory(drawn, supervisor)
        : await runProgram(drawn, supervisor);
      outcomes.push(outcome);
      return outcome.record.power?.crashPoints ?? 0;
    },
  });
  const [outcome = spoiledTrial(drawn, evidence, "")] = outcomes;
  return outcome;
}

function planOf(request: PowerTrialRequest, workload: Workload): ChainPlan {
  const { plan, fault, seed, scenario, failure, trial } = request;
  const chain = plan ?? fault.plan(seed, workload, { ...scenario, turn: trial });
  return failure === undefined ? chain : withFailure(chain, failure);
}

/** Of a store that does not use the storage port. */
async function runProgram(drawn: Drawn, supervisor: Supervisor): Promise<PowerTrialOutcome> {
  const { limits, ...job } = jobOf(drawn);
  const profile = meantProfile(drawn.fault, job.promise, false).name;
  const asked = { ...job, profile, ...(drawn.limits === undefined ? {} : { limits }) };
  const program = await exploreOrTell(asked, supervisor);
  const { output } = program;
  if (program.kind === "unexplored") return spoiledTrial(drawn, program.reason, output);
  if (program.kind === "not-struck") return unstruckTrial(drawn, program.because, output);
  const { store, profiles, approximate } = program;
  const outcome = concludeReply(drawn, program, output);
  const { power } = outcome.record;
  const told = power === undefined || profiles.length === 0 ? power : { ...power, profiles };
  const record = told === undefined ? outcome.record : { ...outcome.record, power: told };
  return { ...outcome, record, approximate, ...(store === undefined ? {} : { store }) };
}

/** Nothing failed, so nothing was judged: it is counted as not struck. */
function unstruckTrial(drawn: Drawn, evidence: string, stderr: string): PowerTrialOutcome {
  const { record, ...told } = spoiledTrial(drawn, `not struck: ${evidence}`, stderr);
  const verdict = promisesNothing(drawn) ? "measured" : "held";
  return { ...told, record: { ...record, verdict, ioErrors: {} } };
}

/** A disk that the model refuses to make, or a value without bytes, spoils this trial and no other. */
async function exploreOrTell(job: ProgramJob, supervisor: Supervisor): Promise<ProgramExploration> {
  try {
    return await exploreProgram(job, supervisor);
  } catch (error) {
    if (error instanceof DiskError) {
      const reason = `a crash state could not be made (${error.code}): ${error.message}`;
      return { kind: "unexplored", reason, output: "" };
    }
    if (!(error instanceof SupervisorError) || error.code !== "bad-value") throw error;
    return { kind: "unexplored", reason: error.message, output: "" };
  }
}

function jobOf({ scenario, fault, seed, workload, plan, lie, limits }: Drawn): PowerJob {
  return {
    kind: "power",
    subject: scenario.subject,
    options: { ...scenario.subject.options, ...workload.options, mode: scenario.mode },
    workload,
    plan,
    promise: promiseUnder(scenario.promise(workload.options), fault.kind),
    profile: fault.profile.name,
    lying: lie ?? false,
    seed,
    limits: limits ?? (fault.kind === "io-error" ? IO_ERROR_LIMITS : TRIAL_LIMITS),
  };
}

async function runInMemory(drawn: Drawn, supervisor: Supervisor): Promise<PowerTrialOutcome> {
  const job = jobOf(drawn);
  const { end, output } = await supervisor.crashEverywhere(job);
  if (end.kind === "answered") return concludeReply(drawn, explored(end.reply), output);
  const unanswered = await convictUnanswered(job, end, supervisor);
  return unanswered.kind === "convicted"
    ? concludeReply(drawn, explored(unanswered.reply), output)
    : spoiledTrial(drawn, unanswered.problem, output);
}

type Explored = Extract<PowerReply, { kind: "explored" }>;

function explored(reply: PowerReply): Explored {
  if (reply.kind === "bad-subject") throw new SupervisorError("bad-subject", reply.message);
  return reply;
}

type Drawn = PowerTrialRequest & Required<Pick<PowerTrialRequest, "workload" | "plan">>;

function concludeReply(
  drawn: Drawn,
  reply: Omit<Explored, "kind">,
  stderr: string,
): PowerTrialOutcome {
  const { exploration, plan, calls } = reply;
  const { violation } = exploration;
  const history = { workload: drawn.workload, events: violation?.events ?? reply.events };
  const record = {
    ...drawnRecord(drawn),
    lives: lifeRecords({ ...drawn, plan }, history),
    power: powerRecord(exploration),
    ...(drawn.fault.kind === "io-error" ? failuresIn(reply.events) : {}),
    ...verdictOf(drawn, exploration),
    ...findingsOf(drawn, exploration),
    notApplicable: exploration.notApplicable,
  };
  return {
    record,
    history,
    stderr,
    callCounts: calls,
    ...(violation === undefined ? {} : { trace: violation.trace }),
  };
}

/** The findings of an informative profile are told, and set no verdict; so where nothing is promised. */
function verdictOf(
  drawn: Drawn,
  { violation, problem, losses }: Exploration,
): Pick<TrialRecord, "verdict" | "violations" | "problem"> {
  const violations = violation?.violations ?? [];
  const { setsVerdict } = drawn.fault;
  if (setsVerdict && violation?.verdict === "violated") return { verdict: "violated", violations };
  const reason = problem ?? (losses.crashPoints === 0 ? "no crash point was judged" : undefined);
  if (reason !== undefined) return { verdict: "inconclusive", violations, problem: reason };
  return { verdict: promisesNothing(drawn) ? "measured" : "held", violations };
}

function findingsOf(drawn: Drawn, { findings }: Exploration): Pick<TrialRecord, "findings"> {
  return promisesNothing(drawn) ? { findings } : {};
}

function promisesNothing({ scenario, workload, fault }: Drawn): boolean {
  return allowanceOf(scenario.promise(workload.options), fault.kind) === "anything";
}

/** Of the recorded chain; the lives that a store was written on in are not part of it. */
function lifeRecords({ scenario, workload, plan, fault }: Drawn, history: History): LifeRecord[] {
  const promise = promiseUnder(scenario.promise(workload.options), fault.kind);
  return accountLives(history, promise).flatMap((account): LifeRecord[] => {
    const planned = plan.lives[account.life];
    if (planned === undefined) return [];
    const closed = history.events.some(
      ({ kind, life }) => kind === "closed" && life === account.life,
    );
    const ended = closed ? "closed" : "killed";
    return [
      { ...account, plan: formatChainLife(planned), struck: true, ended, evidence: "recorded" },
    ];
  });
}

function powerRecord({ states, nested, losses, violation }: Exploration): PowerRecord {
  return {
    states: tally(states),
    nested: tally(nested),
    ...losses,
    ...(violation === undefined ? {} : { crash: violation.step, outer: violation.outer }),
  };
}

function failuresIn(
  events: readonly HistoryEvent[],
): Pick<TrialRecord, "ioErrors" | "ioErrorAnswers"> {
  return { ioErrors: countFailures(events), ioErrorAnswers: answersToFailures(events) };
}

/** How often each failure struck, by call and error. */
function countFailures(events: readonly HistoryEvent[]): FailureCounts {
  const counts: Record<string, number> = {};
  for (const event of events) {
    if (event.kind !== "io-error") continue;
    const { call, kind } = parseIoFailure(event.failure);
    counts[`${call}:${kind}`] = (counts[`${call}:${kind}`] ?? 0) + 1;
  }
  return counts;
}

function tally({ legal, ...counts }: StateCounts): PowerRecord["states"] {
  return { legal: legal.toString(), ...counts };
}
