// Replay: the disk of a violation, recovered again and judged again.
import { join } from "node:path";
import { parseCrashChoice } from "../disk/crash-choice.ts";
import { crashImage } from "../disk/crash-image.ts";
import { DiskError } from "../disk/disk-error.ts";
import type { DiskImage } from "../disk/image.ts";
import { crashFault } from "../faults/parse-fault.ts";
import type { StorePromise, Violation } from "../guarantees/guarantee.ts";
import { type Judgement, judgeHistory } from "../guarantees/judge.ts";
import type { History, HistoryEvent } from "../history/history.ts";
import { meantProfile } from "../power/meant-profile.ts";
import { repeatCrash, stepsOf } from "../power/repeat-crash.ts";
import type { RepeatStep } from "../power/repeat-job.ts";
import { VolatileStore } from "../recorded/volatile-store.ts";
import type { Scenario } from "../scenario.ts";
import type { SubjectOptions } from "../subject.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { TrialRecord, Verdict } from "../trial-record.ts";
import { type Artifact, readArtifact } from "./artifact.ts";
import { ArtifactError } from "./artifact-error.ts";
import { cutsPower } from "./cuts-power.ts";
import type { ExplainReply } from "./explain-job.ts";
import { explainViolation } from "./explain-violation.ts";
import { explanationSentences } from "./explanation-sentences.ts";
import { layOutImage } from "./image-files.ts";
import { copyFiles } from "./stored-files.ts";
import { withWrittenOn } from "./written-on.ts";

/** What a recovery hands over at most; far more than a workload of an artifact can have written. */
const RECOVERY_LIMITS = { records: 1_000_000, bytes: 256 * 1024 * 1024 };
/** A promise that recovery repeats itself takes two to judge. */
const RECOVER_TWICE: readonly RepeatStep[] = ["recover", "recover"];

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
  /** The same in words. */
  readonly sentences: readonly string[];
}

/**
 * Recovers the artifact's store at least twice, writes on where the trial did, and judges the history
 * with that in its place. A power cut's disk is built in memory, as it was in the trial.
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
  const repeated =
    record.power !== undefined && scenario.usesStoragePort
      ? await repeatPower(artifact, { past, scenario }, supervisor)
      : await recoverAgain(artifact, { past, scenario }, supervisor);
  const events = [...past, ...repeated];
  const history = { workload: withWrittenOn(workload, events), events };
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
    sentences: explanationSentences(explanation),
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

interface Repetition {
  /** What happened until the store was as it is recovered. */
  readonly past: readonly HistoryEvent[];
  readonly scenario: Scenario;
}

function optionsOf({ trial }: Artifact, { subject }: Scenario): SubjectOptions {
  return { ...subject.options, ...trial.workload.options, mode: trial.record.mode };
}

/** What the trial did on the disk of its power cut, and two recoveries at least. */
async function repeatPower(
  artifact: Artifact,
  { past, scenario }: Repetition,
  supervisor: Supervisor,
): Promise<readonly HistoryEvent[]> {
  const { trial, history, path } = artifact;
  const asked = stepsOf(history.events.slice(past.length));
  const crash = {
    subject: scenario.subject,
    options: optionsOf(artifact, scenario),
    workload: trial.workload,
    image: crashedDisk(artifact, true),
    life: past.at(-1)?.life ?? 0,
    steps: asked.length < RECOVER_TWICE.length ? RECOVER_TWICE : asked,
  };
  const repeated = await repeatCrash(crash, supervisor);
  if (repeated.kind === "repeated") return repeated.events;
  throw new ArtifactError("not-repeated", `${path} could not be replayed: ${repeated.reason}.`);
}

/** The disk as the power cut left it, built from the recording. */
function crashedDisk({ trace, trial, path }: Artifact, usesStoragePort: boolean): DiskImage {
  const crash = trial.record.power?.crash;
  if (trace === undefined || crash === undefined) {
    throw new ArtifactError("corrupt", `${path}: trial.json names no crash of the recording.`);
  }
  const fault = crashFault(trial.record.fault);
  const profile =
    fault === undefined ? undefined : meantProfile(fault, trial.promise, usesStoragePort);
  try {
    return crashImage(trace, {
      at: crash.at,
      keep: parseCrashChoice(crash.choice),
      ...(profile === undefined ? {} : { profile }),
    });
  } catch (cause) {
    if (!(cause instanceof DiskError)) throw cause;
    throw new ArtifactError("corrupt", `${path}: ${cause.message}`, { cause });
  }
}

/** The store as the crash left it: built from the recording where there is one, else copied. */
function placeStore(artifact: Artifact, directory: string): void {
  const { store, trial } = artifact;
  if (trial.record.power === undefined) {
    copyFiles(store, directory);
    return;
  }
  layOutImage(crashedDisk(artifact, false), "", directory);
  // They are not in the recording; the copied store has them as they were left.
  const patterns = (trial.promise.volatileFiles ?? []).map(({ files }) => files);
  new VolatileStore(store, patterns).place("as-they-were", directory);
}

/** Recovers the store twice, in a directory of its own. */
async function recoverAgain(
  artifact: Artifact,
  { past, scenario }: Repetition,
  supervisor: Supervisor,
): Promise<readonly HistoryEvent[]> {
  const parent = supervisor.makeDirectory();
  const directory = join(parent, "store");
  placeStore(artifact, directory);
  const isPowerCut = artifact.trial.record.power !== undefined;
  const boot = isPowerCut ? await supervisor.locationBehindPowerCut() : {};
  const { subject } = scenario;
  const store = { subject, directory, options: optionsOf(artifact, scenario), ...boot };
  const life = past.at(-1)?.life ?? 0;
  const events: HistoryEvent[] = [];
  for (const _ of RECOVER_TWICE) {
    const { outcome } = await supervisor.recover({
      kind: "recover",
      store,
      limits: RECOVERY_LIMITS,
    });
    events.push({ kind: "recovered", life, outcome });
  }
  await supervisor.removeDirectory(parent);
  return events;
}

function unknownScenario(path: string, name: string): ArtifactError {
  return new ArtifactError(
    "unknown-scenario",
    `${path} is of the scenario "${name}", which is not known here: run replay where its configuration is, or name that with --config.`,
  );
}
