// The limits of everything that a supervisor waits for or keeps.

/** Times in milliseconds, sizes in bytes. */
export interface SupervisorLimits {
  /** From a child's start until it is ready for its job. */
  readonly readyMs: number;
  /** From a child's job until it waits to be killed or has ended. */
  readonly lifeMs: number;
  /** From SIGKILL until no process is left. */
  readonly exitMs: number;
  /** From a child's exit until its answer pipe has ended. */
  readonly drainMs: number;
  /** One recovery. */
  readonly recoveryMs: number;
  /** One recovery on a disk in memory, which takes a millisecond where all is well. */
  readonly memoryRecoveryMs: number;
  /** One chain that is recorded and crashed everywhere, or one store that is damaged at rest. */
  readonly powerMs: number;
  /** One explanation of what a power cut broke. */
  readonly explainMs: number;
  /** The JavaScript heap of a child that recovers. */
  readonly recoveryHeapBytes: number;
  /** The data of one process of a command. */
  readonly commandMemoryBytes: number;
  /** What is kept of a child's own output. */
  readonly outputBytes: number;
  /** A larger store is not copied for an artifact. */
  readonly storeCopyBytes: number;
}

export const defaultLimits: SupervisorLimits = {
  readyMs: 20_000,
  lifeMs: 20_000,
  exitMs: 5_000,
  drainMs: 500,
  recoveryMs: 20_000,
  memoryRecoveryMs: 10_000,
  powerMs: 60_000,
  explainMs: 20_000,
  recoveryHeapBytes: 512 * 1024 * 1024,
  commandMemoryBytes: 2 * 1024 * 1024 * 1024,
  outputBytes: 64 * 1024,
  storeCopyBytes: 16 * 1024 * 1024,
};
