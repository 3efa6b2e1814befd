// Judges one corruption: the damaged store is recovered, twice, and what comes back is held against the promise.
import { type Corruption, corruptImage } from "../disk/corruption.ts";
import { corruptionText } from "../disk/corruption-text.ts";
import type { DiskImage } from "../disk/image.ts";
import { RecordingDisk } from "../disk/recording-disk.ts";
import type { StorePromise, Violation } from "../guarantees/guarantee.ts";
import { type Judgement, judgeHistory } from "../guarantees/judge.ts";
import type { History, HistoryEvent, RecoveryOutcome } from "../history/history.ts";
import { readHistory } from "../history/oracle.ts";
import { type RecordedStore, recoverOn } from "../power/recorded-store.ts";
import { errorCode } from "../supervisor/error-code.ts";
import { DetectionLimit } from "./detection-limit.ts";
import { meteredStorage } from "./metered-storage.ts";
import type { StoreAtRest } from "./write-at-rest.ts";

/** What a store made of its damage; `lost-silently` lies within the stated limit of detection. */
export type CorruptionEnd = "noticed" | "harmless" | "lost-silently" | "violated" | "inconclusive";

/** One corruption, judged. */
export interface CorruptionJudgement {
  readonly corruption: Corruption;
  readonly end: CorruptionEnd;
  /** Operations whose records the undamaged store gave back and this one did not. */
  readonly lost: readonly number[];
  readonly violations: readonly Violation[];
  readonly history: History;
  readonly problem?: string;
}

/** How recoveries are read. */
export interface CorruptionReading {
  /** For the convicting twin: a refusal is taken for an empty store, as if nothing was said. */
  readonly keepsSilent: boolean;
}

/** Values of one recovery: more than this are enough to convict. */
const VALUES_LIMIT = 1_000_000;

/** Judges corruptions of one store at rest. */
export class CorruptionJudge {
  readonly #atRest: StoreAtRest;
  readonly #promise: StorePromise;
  readonly #limit: DetectionLimit;
  readonly #sound: readonly number[];
  readonly #reading: CorruptionReading;
  /** Why nothing can be judged: the undamaged store does not come back as promised. */
  readonly problem: string | undefined;

  private constructor(parts: {
    readonly atRest: StoreAtRest;
    readonly promise: StorePromise;
    readonly reading: CorruptionReading;
    readonly undamaged: RecoveryOutcome;
  }) {
    const { atRest, promise, reading, undamaged } = parts;
    this.#atRest = atRest;
    this.#promise = promise;
    this.#reading = reading;
    this.#limit = new DetectionLimit(atRest, promise);
    const history = historyOf(atRest, undefined, [undamaged]);
    const judged = judgeHistory(history, promise);
    this.problem =
      judged.verdict === "held"
        ? undefined
        : (judged.problem ?? `undamaged: ${judged.violations[0]?.message ?? "no verdict"}`);
    this.#sound = this.problem === undefined ? presentOperations(history, promise) : [];
  }

  /** Recovers the undamaged store first: what it gives back is what may be lost. */
  static async of(
    atRest: StoreAtRest,
    promise: StorePromise,
    reading: CorruptionReading = { keepsSilent: false },
  ): Promise<CorruptionJudge> {
    const { store, image } = atRest;
    const undamaged = await recoverDisk(store, RecordingDisk.fromImage(image), image);
    return new CorruptionJudge({ atRest, promise, reading, undamaged });
  }

  /** The disk that can be corrupted. */
  get image(): DiskImage {
    return this.#atRest.image;
  }

  async judge(corruption: Corruption): Promise<CorruptionJudgement> {
    const damaged = corruptImage(this.#atRest.image, corruption);
    const disk = RecordingDisk.fromImage(damaged);
    const outcomes = [await this.#recover(disk, damaged), await this.#recover(disk, damaged)];
    const history = historyOf(this.#atRest, corruption, outcomes);
    const judged = judgeHistory(history, this.#promise);
    const lost = judged.problem === undefined ? this.#lost(history, outcomes) : [];
    const silent = outcomes[0]?.kind === "found" ? this.#silentViolation(damaged, lost) : [];
    const violations = [...judged.violations, ...silent];
    const problem = this.problem ?? judged.problem;
    const end = endOf({ ...judged, violations }, outcomes, lost);
    return {
      corruption,
      end: problem === undefined || end === "violated" ? end : "inconclusive",
      lost,
      violations,
      history,
      ...(problem === undefined ? {} : { problem }),
    };
  }

  async #recover(disk: RecordingDisk, image: DiskImage): Promise<RecoveryOutcome> {
    const outcome = await recoverDisk(this.#atRest.store, disk, image);
    const silent = this.#reading.keepsSilent && outcome.kind === "refused";
    return silent ? { kind: "found", records: [] } : outcome;
  }

  #lost(history: History, outcomes: readonly RecoveryOutcome[]): number[] {
    if (outcomes[0]?.kind !== "found") return [];
    const present = new Set(presentOperations(history, this.#promise));
    return this.#sound.filter((operation) => !present.has(operation));
  }

  #silentViolation(damaged: DiskImage, lost: readonly number[]): Violation[] {
    const kept = this.#sound.find((operation) => !lost.includes(operation));
    const operation = this.#limit.mustNotice(damaged, { lost, kept });
    if (operation === undefined) return [];
    const life = this.#atRest.events.at(-1)?.life ?? 0;
    const message = `operation ${operation} was lost without a word, and a whole write that began when it was durable speaks of it`;
    return [{ guarantee: "damage-noticed", life, message, operations: [operation] }];
  }
}

function endOf(
  judged: Pick<Judgement, "violations">,
  outcomes: readonly RecoveryOutcome[],
  lost: readonly number[],
): CorruptionEnd {
  if (judged.violations.length > 0) return "violated";
  if (outcomes[0]?.kind !== "found") return "noticed";
  return lost.length > 0 ? "lost-silently" : "harmless";
}

/** The history of a store that was damaged, or left alone, and recovered. */
function historyOf(
  { workload, events }: StoreAtRest,
  corruption: Corruption | undefined,
  outcomes: readonly RecoveryOutcome[],
): History {
  const life = events.at(-1)?.life ?? 0;
  const damage: HistoryEvent[] =
    corruption === undefined
      ? []
      : [
          {
            kind: "crash",
            life,
            fault: `corrupt:${corruptionText(corruption)}`,
            point: { during: "idle" },
          },
        ];
  const recovered = outcomes.map((outcome): HistoryEvent => ({ kind: "recovered", life, outcome }));
  return { workload, events: [...events, ...damage, ...recovered] };
}

/** Operations of which the first report found all records, in order. */
function presentOperations(history: History, promise: StorePromise): number[] {
  const expected = readHistory(history, promise).reports[0]?.expected ?? [];
  const missing = new Set(
    expected.filter(({ present }) => !present).map(({ record }) => record.operation),
  );
  const all = new Set(expected.map(({ record }) => record.operation));
  return [...all].filter((operation) => !missing.has(operation));
}

async function recoverDisk(
  store: RecordedStore,
  disk: RecordingDisk,
  image: DiskImage,
): Promise<RecoveryOutcome> {
  const meter = meteredStorage(disk, image);
  const outcome = await readBack(store, meter.storage);
  disk.crash();
  return meter.excess === undefined ? outcome : { kind: "died", message: `it ${meter.excess}` };
}

async function readBack(
  store: RecordedStore,
  storage: Parameters<typeof recoverOn>[1],
): Promise<RecoveryOutcome> {
  const records: { readonly bytes: string; readonly lsn?: number }[] = [];
  try {
    for await (const { payload, lsn } of await recoverOn(store, storage)) {
      const bytes = Buffer.from(payload).toString("base64");
      records.push(lsn === undefined ? { bytes } : { bytes, lsn });
      if (records.length >= VALUES_LIMIT) break;
    }
    return { kind: "found", records };
  } catch (error) {
    const code = error instanceof Error ? errorCode(error) : undefined;
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "refused", ...(code === undefined ? {} : { code }), message };
  }
}
