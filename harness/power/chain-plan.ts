// The plan of a recorded chain: how each life ends, and whether the recovery after it is killed.
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

/** One life of the chain. */
export interface ChainLife {
  readonly ending: LifeEnding;
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
export function formatChainLife({ ending, recoveryKill, opensAtOnce }: ChainLife): string {
  const parts = [ending.kind === "call" ? `kill:${ending.edge}-call=${ending.n}` : ending.kind];
  if (recoveryKill !== undefined) {
    parts.push(`recovery kill:${recoveryKill.edge}-call=${recoveryKill.n}`);
  }
  if (opensAtOnce === true) parts.push("opened at once");
  return parts.join(", ");
}
