// How long the leader of a group waits for others before it writes.
import type { ResolvedGroupOptions, WalTimer } from "./options.ts";

/** PostgreSQL's delay, or MySQL's, or none. */
export class GroupDelay {
  readonly #options: ResolvedGroupOptions;
  readonly #timer: WalTimer;

  constructor(options: ResolvedGroupOptions, timer: WalTimer) {
    this.#options = options;
    this.#timer = timer;
  }

  /**
   * Settles when the group may be written. `appends` tells how many appends wait now, the leader's
   * among them; where there is none, nothing will be synced, and so nothing is waited for.
   */
  async pass(appends: () => number): Promise<void> {
    const { commitDelayMicros, commitSiblings, syncDelayMicros } = this.#options;
    const others = appends() - 1;
    if (others < 0) {
      return;
    }
    if (commitDelayMicros > 0 && others >= commitSiblings) {
      await this.#timer.after(commitDelayMicros);
    }
    if (syncDelayMicros > 0) {
      await this.#passOrFill(appends);
    }
  }

  /** MySQL sleeps by tenths of the delay and looks at the queue between. */
  async #passOrFill(appends: () => number): Promise<void> {
    const { syncDelayMicros, syncNoDelayCount } = this.#options;
    const isFull = (): boolean => syncNoDelayCount > 0 && appends() >= syncNoDelayCount;
    const step = Math.max(1, Math.floor(syncDelayMicros / 10));
    for (let left = syncDelayMicros; left > 0 && !isFull(); left -= step) {
      await this.#timer.after(Math.min(step, left));
    }
  }
}
