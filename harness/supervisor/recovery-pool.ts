// Recoveries in children of their own, used again and again until one fails.
import type { RecoveryOutcome } from "../history/history.ts";
import type { ChildSettings } from "./child-process.ts";
import type { RecoverJob } from "./job.ts";
import type { RecoveryReply } from "./recovery-child.ts";
import { SupervisorError } from "./supervisor-error.ts";
import { type JobEnd, WorkerPool } from "./worker-pool.ts";

/** A recovery and what it printed. */
export interface RecoveryRun {
  readonly outcome: RecoveryOutcome;
  readonly output: string;
  /** True where a process of it may be left: then nothing is proven. Of commands alone. */
  readonly uncontained?: true;
}

/** Runs recoveries, at most `most` at a time. */
export class RecoveryPool {
  readonly #workers: WorkerPool<RecoverJob, RecoveryReply>;

  constructor(child: ChildSettings, most: number) {
    const jobMs = child.limits.recoveryMs;
    this.#workers = new WorkerPool({ child, role: "recover", most, jobMs });
  }

  /**
   * Recovers a store. A child that hung, ended or ran out of memory is not used again.
   * @throws SupervisorError `bad-subject`, `bad-value`, `queue-full`, `closed`
   */
  async recover(job: RecoverJob): Promise<RecoveryRun> {
    const { end, output } = await this.#workers.ask(job);
    return { outcome: outcomeOf(end), output };
  }

  /** Sends SIGKILL to all children at once; for the moment of the supervisor's own exit. */
  killAll(): void {
    this.#workers.killAll();
  }

  /** Ends all children; a recovery that is under way is told as one that died. */
  async close(): Promise<void> {
    await this.#workers.close();
  }
}

function outcomeOf(end: JobEnd<RecoveryReply>): RecoveryOutcome {
  switch (end.kind) {
    case "hung":
      return { kind: "hung", limitMs: end.limitMs };
    case "died":
      return { kind: "died", message: `recovery ${end.message}` };
    case "answered":
      if (end.reply.kind === "outcome") return end.reply.outcome;
      throw new SupervisorError(end.reply.code, end.reply.message);
  }
}
