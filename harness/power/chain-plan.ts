// The plan of a recorded chain: how each life ends, and whether the recovery after it is killed.
import { formatIoFailure, type IoFailure } from "../disk/io-failure.ts";
import type { FailureOfCall } from "../faults/io-error-text.ts";
import { stream } from "../seed.ts";
import type { CallEdge } from "../supervisor/job.ts";
import type { Workload } from "../workload.ts";

/** How a life ends. */
export type LifeEnding =
  | { readonly kind: "close" }
  /** Killed after the last answer. */
  | { readonly kind: "idle" }
  /** Killed beside a counted call of the storage; where there are fewer calls, after the last answer. */
  | ({ readonly kind: "call" } & CallEdge)
  /**
   * The power fails somewhere in the life, and the next one goes on from one disk of those that may
   * be left. The last life just ends: it is the one that is crashed everywhere.
   */
  | { readonly kind: "power" };

/**
 * A call of the disk that fails: one that was chosen; or one that is drawn from this seed among these
 * failures, and then among the calls that are made there.
 */
export type PlannedFailure =
  | { readonly kind: "chosen"; readonly failure: IoFailure }
  | {
      readonly kind: "drawn";
      readonly among: readonly FailureOfCall[];
      readonly seed: number;
      /** Which kind of call it is, where they take turns. */
      readonly turn?: number;
    };

/** A failure that a trial is to have in place of a drawn one. */
export type WantedFailure = FailureOfCall & { readonly n?: number };

/** One life of the chain. */
export interface ChainLife {
  readonly ending: LifeEnding;
  /** A call of the life, its opening included, fails. */
  readonly failure?: PlannedFailure;
  /** A call of the recovery behind it fails; that recovery is done again. */
  readonly recoveryFailure?: PlannedFailure;
  /** The recovery behind it is killed at this call, and done again. */
  readonly recoveryKill?: CallEdge;
  /**
   * Nothing is recovered and reported behind it: the next life opens what the crash left. A second
   * recovery's syncs would hide what the first one forgot.
   */
  readonly opensAtOnce?: true;
}

/** One entry a life of the workload. */
export interface ChainPlan {
  readonly lives: readonly ChainLife[];
}

/** Calls of the storage within which a kill is drawn; a life that makes fewer ends idle. */
const CALLS_DRAWN = 64;
const RECOVERY_CALLS_DRAWN = 6;

/** Draws how the lives end: kills and power cuts in any order, so that each kind follows each. */
export function drawChain(seed: number, workload: Workload): ChainPlan {
  const random = stream(seed, "chain");
  const edge = (limit: number): CallEdge => ({
    n: 1 + random.below(limit),
    edge: random.below(2) === 0 ? "before" : "after",
  });
  const last = workload.lives.length - 1;
  const ending = (): LifeEnding => {
    const drawn = random.below(8);
    if (drawn === 0) return { kind: "close" };
    if (drawn === 1) return { kind: "idle" };
    return drawn < 5 ? { kind: "call", ...edge(CALLS_DRAWN) } : { kind: "power" };
  };
  return {
    lives: workload.lives.map((_, life) => {
      if (life === last) return { ending: { kind: random.below(2) === 0 ? "close" : "power" } };
      const killed = random.below(4) === 0;
      const opensAtOnce = random.below(3) === 0;
      return {
        ending: ending(),
        ...(killed ? { recoveryKill: edge(RECOVERY_CALLS_DRAWN) } : {}),
        ...(opensAtOnce ? { opensAtOnce } : {}),
      };
    }),
  };
}

/** One in so many chains has a recovery in which a call fails, in place of a life. */
const FAILED_RECOVERY_EVERY = 8;

/** Which failures a chain is drawn with, and for what. */
interface FailingChain {
  readonly among: readonly FailureOfCall[];
  /** False for a program. */
  readonly usesStoragePort: boolean;
  readonly turn?: number;
}

/**
 * Draws a chain in which a call of the disk fails. It fails before the last life, so that the store
 * is opened again, mostly on the page cache that the failure left, and written on.
 */
export function drawFailingChain(
  seed: number,
  workload: Workload,
  { among, usesStoragePort, turn }: FailingChain,
): ChainPlan {
  const draw = usesStoragePort ? drawChain : drawProgramChain;
  const { lives } = draw(seed, workload);
  const random = stream(seed, "io-error");
  const failing = random.below(Math.max(1, lives.length - 1));
  const failure: PlannedFailure = {
    kind: "drawn",
    among,
    seed: random.nextUint32(),
    ...(turn === undefined ? {} : { turn }),
  };
  // A program recovers when it is opened, too.
  const inRecovery = random.below(FAILED_RECOVERY_EVERY) === 0 && usesStoragePort;
  const choice = random.below(8);
  // A program's power fails somewhere in its life, and that may be before its call does.
  const drawn = usesStoragePort ? choice : choice % CACHE_KEPT;
  const opensAtOnce = random.below(2) === 0;
  return {
    lives: lives.map((life, index): ChainLife => {
      if (index !== failing) return life;
      if (inRecovery) return { ending: life.ending, recoveryFailure: failure };
      const ending = endingOfFailing(life.ending, drawn);
      return { ending, failure, ...(opensAtOnce ? { opensAtOnce } : {}) };
    }),
  };
}

/** The same chain with this failure: at its n-th call, or where it has no n, at any. */
export function withFailure({ lives }: ChainPlan, wanted: WantedFailure): ChainPlan {
  const choose = (planned: PlannedFailure): PlannedFailure => {
    const { n, ...failure } = wanted;
    if (n !== undefined) return { kind: "chosen", failure: { ...failure, n } };
    return planned.kind === "drawn" ? { ...planned, among: [failure] } : planned;
  };
  return {
    lives: lives.map((life): ChainLife => {
      const { failure, recoveryFailure } = life;
      if (failure !== undefined) return { ...life, failure: choose(failure) };
      if (recoveryFailure === undefined) return life;
      return { ...life, recoveryFailure: choose(recoveryFailure) };
    }),
  };
}

/** Of eight choices, those that leave the life its end in the page cache. */
const CACHE_KEPT = 7;

/** A power cut hides what the page cache has, so it ends few of these lives. */
function endingOfFailing(drawn: LifeEnding, choice: number): LifeEnding {
  if (choice < 4) return { kind: "close" };
  return choice < CACHE_KEPT && drawn.kind === "power" ? { kind: "idle" } : drawn;
}

/**
 * Draws how the lives of a program end, whose calls nobody counts: closed, killed when it has done
 * all, or by a power cut.
 */
export function drawProgramChain(seed: number, workload: Workload): ChainPlan {
  const random = stream(seed, "chain");
  const last = workload.lives.length - 1;
  const endings: readonly LifeEnding["kind"][] = ["close", "idle", "power", "power"];
  return {
    lives: workload.lives.map((_, life) => {
      if (life === last) return { ending: { kind: random.below(2) === 0 ? "close" : "power" } };
      const drawn = endings[random.below(endings.length)];
      const kind = drawn === "close" || drawn === "idle" ? drawn : "power";
      const opensAtOnce = random.below(3) === 0;
      return { ending: { kind }, ...(opensAtOnce ? { opensAtOnce } : {}) };
    }),
  };
}

/** The plan of one life as text, for reports. */
export function formatChainLife(life: ChainLife): string {
  const { ending, failure, recoveryFailure, recoveryKill, opensAtOnce } = life;
  const parts = [ending.kind === "call" ? `kill:${ending.edge}-call=${ending.n}` : ending.kind];
  if (failure !== undefined) parts.unshift(failureText(failure));
  if (recoveryFailure !== undefined) parts.push(`recovery ${failureText(recoveryFailure)}`);
  if (recoveryKill !== undefined) {
    parts.push(`recovery kill:${recoveryKill.edge}-call=${recoveryKill.n}`);
  }
  if (opensAtOnce === true) parts.push("opened at once");
  return parts.join(", ");
}

function failureText(planned: PlannedFailure): string {
  return planned.kind === "chosen" ? formatIoFailure(planned.failure) : "a failing call";
}
