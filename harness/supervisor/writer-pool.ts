// Children started ahead of need, so that no core waits while Node starts.
import type { ChildSettings } from "./child-process.ts";
import { RunningChild } from "./running-child.ts";
import { SupervisorError } from "./supervisor-error.ts";

/** How often a child that died while it waited for its job is replaced before that is an error. */
const ATTEMPTS = 3;

/** Hands out children that are ready for their one job. */
export class WriterPool {
  readonly #settings: ChildSettings;
  readonly #ahead: number;
  readonly #spare: RunningChild[] = [];
  readonly #live = new Set<RunningChild>();
  #started = 0;
  #closed = false;

  constructor(settings: ChildSettings, ahead: number) {
    this.#settings = settings;
    this.#ahead = ahead;
    this.#refill();
  }

  /**
   * A child that is ready. It is the caller's, who ends it.
   * @throws SupervisorError `child-not-ready`, `closed`
   */
  async take(): Promise<RunningChild> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.#closed) throw new SupervisorError("closed", "the supervisor is closed");
      const child = this.#spare.shift() ?? this.#start();
      this.#refill();
      try {
        await child.whenReady();
        return child;
      } catch (error) {
        this.#live.delete(child);
        if (attempt === ATTEMPTS) throw error;
      }
    }
  }

  /** Tells the pool that this child has ended. */
  ended(child: RunningChild): void {
    this.#live.delete(child);
  }

  /** Sends SIGKILL to all children at once; for the moment of the supervisor's own exit. */
  killAll(): void {
    for (const child of this.#live) child.kill();
  }

  /** Ends all children, those that were handed out as well. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#live].map((child) => child.end()));
    this.#live.clear();
  }

  #refill(): void {
    while (!this.#closed && this.#spare.length < this.#ahead) this.#spare.push(this.#start());
  }

  #start(): RunningChild {
    this.#started += 1;
    const child = new RunningChild(this.#settings, this.#started);
    this.#live.add(child);
    return child;
  }
}
