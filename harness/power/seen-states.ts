// The states that were recovered, so that equal ones are not recovered again; within a bound.
import type { CrashVisit } from "../disk/crash-space.ts";
import type { Finding } from "./finding.ts";

const STATES_LIMIT = 1 << 16;

/** Findings by the content of the disk. */
export class SeenStates {
  readonly #states = new Map<
    string,
    { readonly last: number; readonly findings: readonly Finding[] }
  >();

  get(key: string): readonly Finding[] | undefined {
    return this.#states.get(key)?.findings;
  }

  /** When it is full, what can not come again goes first: states that are legal no more. */
  keep({ key, first, last }: CrashVisit, findings: readonly Finding[]): void {
    if (this.#states.size >= STATES_LIMIT) {
      for (const [old, state] of this.#states) if (state.last < first) this.#states.delete(old);
    }
    if (this.#states.size >= STATES_LIMIT) this.#states.clear();
    this.#states.set(key, { last, findings });
  }
}
