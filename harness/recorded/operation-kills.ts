// Kills of a command before each of its operations on its files, one after the other: no luck needed.
//
// A recording without a kill tells the operations; each is the k-th call of its name by one thread, and
// there strace kills the program. That repeats only where one process, with one thread that writes
// files, does the same again: where it does not, the kills are told as approximate.
import { mkdirSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { emptyImage } from "../disk/image.ts";
import { OPERATION_KILLS } from "../faults/kill.ts";
import type { KillPlan, OperationKill } from "../faults/kill-plan.ts";
import { RecorderError } from "../recorder/recorder-error.ts";
import type { TracedCall, TracedEvent } from "../recorder/traced-call.ts";
import type { Scenario } from "../scenario.ts";
import { isCommand } from "../subject.ts";
import type { WriteJob } from "../supervisor/job.ts";
import { parseAnswer } from "../supervisor/protocol.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { runTrial, type TrialOutcome } from "../trial.ts";
import type { Workload } from "../workload.ts";
import { callPlaces, inexactPlaces } from "./call-place.ts";
import { foldProcess } from "./program-fold.ts";
import { recordCommand } from "./recorded-session.ts";
import { commandMarks } from "./session-marks.ts";

/** What to kill: a command, in a workload of one life without a reopen. */
export interface OperationKills {
  readonly scenario: Scenario;
  readonly workload: Workload;
  /** The number of the first trial. */
  readonly firstTrial?: number;
  /** Hears of each trial as it ends; false stops the rest. */
  onOutcome(outcome: TrialOutcome): boolean | Promise<boolean>;
}

/** What came of them. */
export type OperationKillsResult =
  | {
      readonly kind: "exact" | "approximate";
      /** Why they need not strike the same place again; of exact ones nothing. */
      readonly reasons: readonly string[];
      readonly operations: number;
      readonly trials: number;
    }
  | { readonly kind: "not-killed"; readonly because: string };

/** More operations are not killed one by one. */
const OPERATIONS_MAX = 1_000;

/** @throws as `runTrial` */
export async function runOperationKills(
  request: OperationKills,
  supervisor: Supervisor,
): Promise<OperationKillsResult> {
  const { scenario, workload, firstTrial = 0 } = request;
  const recorded = await recordOperations(request, supervisor);
  if (typeof recorded === "string") return { kind: "not-killed", because: recorded };
  const { calls, events } = recorded;
  if (calls.length > OPERATIONS_MAX) {
    const because = `it makes ${calls.length} file operations, more than ${OPERATIONS_MAX}`;
    return { kind: "not-killed", because };
  }
  const places = callPlaces(calls, events);
  const reasons = [...inexactPlaces(calls, events, places)];
  if ((workload.concurrency ?? 1) > 1) {
    reasons.push("several operations are in flight, which may come to its files in another order");
  }
  let trials = 0;
  for (const [index, place] of places.entries()) {
    const kill: OperationKill = { kind: "operation", n: index + 1, ...place };
    const plan: KillPlan = { lives: [{ writer: kill, recoveries: [] }] };
    const trial = firstTrial + trials;
    const outcome = await runTrial(
      { scenario, workload, plan, fault: OPERATION_KILLS, trial, seed: workload.seed },
      supervisor,
    );
    trials += 1;
    const [life] = outcome.record.lives;
    if (life?.ended !== "killed") reasons.push(`${life?.plan} did not strike: ${life?.evidence}`);
    if (!(await request.onOutcome(outcome))) break;
  }
  const kind = reasons.length === 0 ? "exact" : "approximate";
  return { kind, reasons, operations: calls.length, trials };
}

interface RecordedOperations {
  /** Those that did something to the store's files, in the order of their effects. */
  readonly calls: readonly TracedCall[];
  readonly events: readonly TracedEvent[];
}

/** One life to its close; or why there is no recording. */
async function recordOperations(
  { scenario, workload }: OperationKills,
  supervisor: Supervisor,
): Promise<RecordedOperations | string> {
  const { subject } = scenario;
  const [operations = [], ...others] = workload.lives;
  if (!isCommand(subject)) return "the store is no command";
  if (others.length > 0 || operations.some(({ kind }) => kind === "reopen")) {
    return "its workload has more than one life, or opens the store again";
  }
  const folder = realpathSync(supervisor.makeDirectory());
  const [directory, traceFile] = [join(folder, "store"), join(folder, "strace")];
  mkdirSync(directory);
  const options = { ...subject.options, ...workload.options, mode: scenario.mode };
  const job: WriteJob = {
    kind: "write",
    store: { subject, options, directory },
    workloadSeed: workload.seed,
    firstOperation: 0,
    operations,
    ...(workload.concurrency === undefined ? {} : { concurrency: workload.concurrency }),
    stop: { kind: "close" },
  };
  try {
    const session = await recordCommand({ supervisor, job, traceFile }, false);
    const { events, asked, problem } = session;
    if (problem !== undefined) return problem;
    const facts = { life: 0, end: { kind: "close" }, parse: parseAnswer, asked } as const;
    const volatileFiles = (scenario.promise(workload.options).volatileFiles ?? []).map(
      ({ files }) => files,
    );
    const before = { base: emptyImage(), events: [] };
    const marks = () => commandMarks(facts);
    const folded = foldProcess({ subject, events, directory, before, volatileFiles, marks });
    return folded.kind === "recorded"
      ? { calls: folded.calls, events }
      : `it cannot be recorded, because ${folded.because}`;
  } catch (error) {
    if (!(error instanceof RecorderError)) throw error;
    return `it cannot be recorded, because ${error.message}`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
