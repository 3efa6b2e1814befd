// The explanation of a program's violation: its disks are laid out and recovered by its own command.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { DiskError } from "../disk/disk-error.ts";
import { type DiskImage, imageHash } from "../disk/image.ts";
import { profileNamed } from "../disk/profile.ts";
import type { RecoveryOutcome } from "../history/history.ts";
import type { CrashCase } from "../hunt/crash-case.ts";
import { explainCase } from "../hunt/explain-case.ts";
import type { ExplainJob, ExplainReply } from "../hunt/explain-job.ts";
import { layOutImage } from "../hunt/image-files.ts";
import { recoveryLimits } from "../supervisor/recovery-limits.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";

/** States of each profile that are tried for the mildest one: each costs a process. */
const MILDEST_LIMITS = { seed: 1, statesMax: 120, exhaustiveMax: 16 };
/** A program is recovered in a process of its own each time, so more time is given than to a module. */
const PROGRAM_FACTOR = 4;

/** Explains one violation within its time; what is wrong is the reason of the answer. */
export async function explainProgram(
  job: ExplainJob,
  supervisor: Supervisor,
): Promise<ExplainReply> {
  const folder = supervisor.makeFastDirectory();
  try {
    const limitMs = supervisor.limits.explainMs * PROGRAM_FACTOR;
    const recover = new TimedRecovery(job, supervisor, { folder, limitMs });
    const { workload, promise, profile, prior } = job;
    const crashCase: CrashCase = {
      workload,
      promise,
      profile: profileNamed(profile),
      prior,
      recover: (state) => recover.run(state.image()),
    };
    return await explainCase(crashCase, job, MILDEST_LIMITS);
  } catch (error) {
    if (!(error instanceof DiskError || error instanceof TimeIsUp)) throw error;
    return { kind: "unexplained", reason: error.message };
  } finally {
    await supervisor.removeDirectory(folder);
  }
}

class TimeIsUp extends Error {
  override readonly name = "TimeIsUp";
}

/** Recoveries one after the other, until the time is up. */
class TimedRecovery {
  readonly #job: ExplainJob;
  readonly #supervisor: Supervisor;
  readonly #folder: string;
  readonly #limitMs: number;
  readonly #endMs: number;
  /** By the disk's hash: many choices come to one disk, and each profile begins anew. */
  readonly #known = new Map<string, RecoveryOutcome>();

  constructor(
    job: ExplainJob,
    supervisor: Supervisor,
    { folder, limitMs }: { readonly folder: string; readonly limitMs: number },
  ) {
    this.#job = job;
    this.#supervisor = supervisor;
    this.#folder = folder;
    this.#limitMs = limitMs;
    this.#endMs = supervisor.clock.monotonicMs() + limitMs;
  }

  async run(image: DiskImage): Promise<RecoveryOutcome> {
    const key = imageHash(image);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#supervisor.clock.monotonicMs() > this.#endMs) {
      throw new TimeIsUp(`it would take more than ${this.#limitMs} ms`);
    }
    const { subject, options, workload } = this.#job;
    const directory = join(this.#folder, "state");
    layOutImage(image, "", directory);
    const boot = await this.#supervisor.locationBehindPowerCut();
    const store = { subject, options, directory, ...boot };
    const limits = recoveryLimits(workload);
    const { outcome } = await this.#supervisor.recover({ kind: "recover", store, limits });
    rmSync(directory, { recursive: true, force: true });
    this.#known.set(key, outcome);
    return outcome;
  }
}
