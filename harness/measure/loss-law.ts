// The law of a store that may lose so many records: how likely a kill is to lose how many. Pure.
import type { RiskWindowMeasurement } from "../measurement.ts";

/** Chances of losing 0, 1, 2 ... records, and where they come from. */
export interface LossLaw {
  readonly law: readonly number[];
  readonly source: string;
}

/**
 * The writer is killed exactly after a drawn answer, each of so many as likely. What each loses is what the
 * window is right behind that answer; where nothing is written or synced but at every N-th append, that is
 * uniform on 0..N-1 over whole multiples of N.
 */
export function answerLaw(lossAfterAnswers: readonly number[], allowed: number): LossLaw {
  const law = counted(lossAfterAnswers, allowed);
  const isUniform = law.every((chance) => Math.abs(chance - 1 / law.length) < 1e-12);
  const count = lossAfterAnswers.length;
  return {
    law,
    source: isUniform
      ? `uniform: each of the ${law.length} places between two syncs is drawn as often`
      : `the loss right behind each of the ${count} answers, in the recording`,
  };
}

/**
 * The writer is killed at a drawn time. The chance of each loss is the share of the time that the writer
 * spends where a kill loses so much: recordings of writers that run as the killed ones do, each started anew, its
 * answers written to a pipe. What was written to the kernel survives a kill, so while the N-th append waits for
 * its fsync a kill loses nothing, though a power cut would lose N-1.
 */
export function momentLaw(
  recordings: readonly Pick<RiskWindowMeasurement, "distribution">[],
  allowed: number,
): LossLaw {
  const law = Array.from({ length: allowed + 1 }, () => 0);
  for (const { distribution } of recordings) {
    for (const { records, share } of distribution) {
      const place = Math.min(records, allowed);
      law[place] = (law[place] ?? 0) + share / recordings.length;
    }
  }
  return {
    law,
    source: `the share of the time at each loss, in ${recordings.length} recordings of writers as the killed ones; while the sync of a full count is under way its records are with the kernel, so a kill loses none`,
  };
}

function counted(losses: readonly number[], allowed: number): readonly number[] {
  const law = Array.from({ length: allowed + 1 }, () => 0);
  for (const lost of losses) {
    const place = Math.min(lost, allowed);
    law[place] = (law[place] ?? 0) + 1;
  }
  return law.map((count) => count / Math.max(1, losses.length));
}
