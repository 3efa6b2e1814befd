// Replay: the disk of a violation, recovered again and judged again.
import { join } from "node:path";
import { parseCrashChoice } from "../disk/crash-choice.ts";
import { crashImage } from "../disk/crash-image.ts";
import { DiskError } from "../disk/disk-error.ts";
import type { StorePromise, Violation } from "../guarantees/guarantee.ts";
import { type Judgement, judgeHistory } from "../guarantees/judge.ts";
import type { History, HistoryEvent, RecoveryOutcome } from "../history/history.ts";
import { STORE_DIRECTORY } from "../power/recorded-store.ts";
import type { Scenario } from "../scenario.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { TrialRecord, Verdict } from "../trial-record.ts";
import { type Artifact, readArtifact } from "./artifact.ts";
import { ArtifactError } from "./artifact-error.ts";
import type { ExplainReply } from "./explain-job.ts";
import { cutsPower, explainViolation } from "./explain-violation.ts";
import { layOutImage } from "./image-files.ts";
import { copyFiles } from "./stored-files.ts";

/** What a recovery hands over at most; far more than a workload of an artifact can have written. */
const RECOVERY_LIMITS = { records: 1_000_000, bytes: 256 * 1024 * 1024 };
/** A promise that recovery repeats itself takes two to judge. */
const RECOVERIES = 2;

/** What a replay has to tell. */
export interface ReplayResult {
  /** As it was recorded. */
  readonly record: TrialRecord;
  /** With what the replay found in place of what the trial had found. */
  readonly history: History;
  /** The events from here on are the replay's own. */
  readonly replayedFrom: number;
  readonly verdict: Verdict;
  readonly violations: readonly Violation[];
  readonly problem?: string;
  /** Of a power cut that breaks a promise again. */
  readonly explanation?: ExplainReply;
}

/**
 * Recovers a copy of the artifact's store twice and judges the history with that in its place.
 * An artifact may come from anywhere: the code that runs is the subject of the scenario that is
 * known here by the artifact's name for it, never what the artifact itself names.
 * @throws ArtifactError for an artifact that is missing, altered or of an unknown scenario
 */
export async function replayArtifact(
  path: string,
  scenarios: readonly Scenario[],
  supervisor: Supervisor,
): Promise<ReplayResult> {
  const artifact = readArtifact(path);
  const { record, promise, workload } = artifact.trial;
  const scenario = scenarios.find(({ name }) => name === record.scenario);
  if (scenario === undefined) throw unknownScenario(path, record.scenario);
  const past = eventsBeforeRecovery(artifact);
  const life = past.at(-1)?.life ?? 0;
  const recovered = await recoverAgain(artifact, scenario, supervisor);
  const events = [
    ...past,
    ...recovered.map((outcome): HistoryEvent => ({ kind: "recovered", life, outcome })),
  ];
  const history = { workload, events };
  const { verdict, violations, problem } = judgeAgain(history, promise, record);
  const { trace } = artifact;
  const explanation =
    verdict === "violated"
      ? await explainViolation({ record, workload, promise, events, trace }, scenario, supervisor)
      : undefined;
  return {
    record,
    history,
    replayedFrom: past.length,
    verdict,
    violations,
    ...(problem === undefined ? {} : { problem }),
    ...(explanation === undefined ? {} : { explanation }),
  };
}

/** Whether a loss had to be noticed is told by the recording, which is not kept of a damaged store. */
function judgeAgain(history: History, promise: StorePromise, record: TrialRecord): Judgement {
  const judged = judgeHistory(history, promise);
  const unnoticed = record.violations.some(({ guarantee }) => guarantee === "damage-noticed");
  const last = history.events.at(-1);
  const silent = last?.kind === "recovered" && last.outcome.kind === "found";
  if (judged.verdict !== "held" || !unnoticed || !silent) return judged;
  const problem =
    "the store still says nothing of its damage; whether it had to is judged by a gate with the campaign's seed";
  return { ...judged, verdict: "inconclusive", problem };
}

/** The copied store is the disk as the crash left it that the first violation shows after. */
function eventsBeforeRecovery({ history, path, trial }: Artifact): readonly HistoryEvent[] {
  const life = trial.record.violations[0]?.life;
  const powered = trial.record.power !== undefined;
  const end = history.events.findLastIndex((event) =>
    powered ? cutsPower(event) : event.life === life && endsWriter(event),
  );
  if (end < 0) {
    throw new ArtifactError("corrupt", `${path}: history.ndjson has no end of life ${life}.`);
  }
  return history.events.slice(0, end + 1);
}

function endsWriter(event: HistoryEvent): boolean {
  if (event.kind === "crash") return event.point.during !== "recovery";
  return event.kind === "closed" || event.kind === "open-failed";
}

/** The store as the crash left it: built from the recording where there is one, else copied. */
function placeStore({ store, trace, trial, path }: Artifact, directory: string): void {
  const { power } = trial.record;
  if (power === undefined) {
    copyFiles(store, directory);
    return;
  }
  if (trace === undefined || power.crash === undefined) {
    throw new ArtifactError("corrupt", `${path}: trial.json names no crash of the recording.`);
  }
  const { at, choice } = power.crash;
  try {
    const image = crashImage(trace, { at, keep: parseCrashChoice(choice) });
    layOutImage(image, STORE_DIRECTORY, directory);
  } catch (cause) {
    if (!(cause instanceof DiskError)) throw cause;
    throw new ArtifactError("corrupt", `${path}: ${cause.message}`, { cause });
  }
}

async function recoverAgain(
  artifact: Artifact,
  { subject }: Scenario,
  supervisor: Supervisor,
): Promise<readonly RecoveryOutcome[]> {
  const parent = supervisor.makeDirectory();
  const directory = join(parent, "store");
  placeStore(artifact, directory);
  const { trial } = artifact;
  const options = { ...subject.options, ...trial.workload.options, mode: trial.record.mode };
  const outcomes: RecoveryOutcome[] = [];
  for (let again = 0; again < RECOVERIES; again += 1) {
    const { outcome } = await supervisor.recover({
      kind: "recover",
      store: { subject, directory, options },
      limits: RECOVERY_LIMITS,
    });
    outcomes.push(outcome);
  }
  await supervisor.removeDirectory(parent);
  return outcomes;
}

function unknownScenario(path: string, name: string): ArtifactError {
  return new ArtifactError(
    "unknown-scenario",
    `${path} is of the scenario "${name}", which is not known here: run replay where its configuration is, or name that with --config.`,
  );
}
