// The fault `corrupt`: a store at rest is damaged, and recovery succeeds or names the damage.

import type { RestingEnd } from "../corruption/write-at-rest.ts";
import type { Corruption } from "../disk/corruption.ts";
import { corruptionKinds } from "../disk/corruption-draw.ts";
import { stream } from "../seed.ts";
import type { Workload } from "../workload.ts";
import type { Fault } from "./fault.ts";

/** How the store is written, and which corruptions are drawn for it. JSON. */
export interface CorruptionPlan {
  /** An entry a life. */
  readonly ends: readonly RestingEnd[];
  readonly kinds: readonly Corruption["kind"][];
  /** Corruptions are drawn from this seed once the disk is known. */
  readonly seed: number;
  /** How many of them; each strikes the same store afresh. */
  readonly count: number;
}

/** What a corruption strikes: a store that can be written once and damaged often. */
interface CorruptionRun {
  /** Returns how many corruptions were judged. */
  corrupt(plan: CorruptionPlan): Promise<number>;
}

export interface CorruptFault extends Fault<CorruptionPlan, CorruptionRun> {
  readonly kind: "corrupt";
}

/** Corruptions a trial: the writing is paid for once. */
const CORRUPTIONS = 64;

/** Calls of the storage within which a kill is drawn; a life that makes fewer ends idle. */
const CALLS_DRAWN = 64;

const KINDS: { readonly [text: string]: readonly Corruption["kind"][] } = {
  corrupt: corruptionKinds,
  ...Object.fromEntries(corruptionKinds.map((kind) => [`corrupt:${kind}`, [kind]])),
};

/** All corruptions, as text: `corrupt`, `corrupt:flip` ... */
export const corruptTexts: readonly string[] = Object.keys(KINDS);

/** The corruption with this text; undefined where there is none. */
export function corruptFault(text: string): CorruptFault | undefined {
  const kinds = Object.hasOwn(KINDS, text) ? KINDS[text] : undefined;
  if (kinds === undefined) return undefined;
  return {
    kind: "corrupt",
    text,
    unfit: "its store does not promise to notice corruption, or does not use the storage port",
    needs: async () => ({ available: true }),
    appliesTo: (target) => target.usesStoragePort && target.promise?.({}).corruption !== undefined,
    plan: (seed, workload) => drawPlan(seed, workload, kinds),
    strike: async (plan, run) => {
      const judged = await run.corrupt(plan);
      return { struck: judged > 0, evidence: `the store was damaged in ${judged} ways` };
    },
  };
}

function drawPlan(
  seed: number,
  workload: Workload,
  kinds: CorruptionPlan["kinds"],
): CorruptionPlan {
  const random = stream(seed, "corrupt");
  const drawEnd = (): RestingEnd => {
    const drawn = random.below(4);
    if (drawn < 2) return { kind: "close" };
    if (drawn === 2) return { kind: "idle" };
    const edge = random.below(2) === 0 ? "before" : "after";
    return { kind: "call", n: 1 + random.below(CALLS_DRAWN), edge };
  };
  const ends = workload.lives.map(drawEnd);
  return { ends, kinds, seed: random.nextUint32(), count: CORRUPTIONS };
}
