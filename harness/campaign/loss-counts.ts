// How many crashes lost so many records, of those that each was allowed: a histogram that grows.
import type { LossCount } from "../result.ts";

/** Counts equal losses together; there are as many entries as different pairs of lost and allowed. */
export class LossCounts {
  readonly #crashes = new Map<string, LossCount>();

  get isEmpty(): boolean {
    return this.#crashes.size === 0;
  }

  /** One crash. `allowed` is `null` where the mode sets no number. */
  add(lost: number, allowed: number | null): void {
    const key = `${lost}/${allowed}`;
    const crashes = (this.#crashes.get(key)?.crashes ?? 0) + 1;
    this.#crashes.set(key, { lost, allowed, crashes });
  }

  /** By loss, then by allowance, those without a number last. */
  counts(): readonly LossCount[] {
    return [...this.#crashes.values()].sort(
      (a, b) => a.lost - b.lost || (a.allowed ?? Infinity) - (b.allowed ?? Infinity),
    );
  }
}
