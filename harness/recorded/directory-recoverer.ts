// Recoveries of crash states in real directories, by the store's own command or in a child.
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { CrashVisit } from "../disk/crash-space.ts";
import type { RecoveryOutcome } from "../history/history.ts";
import { layOutImage } from "../hunt/image-files.ts";
import type { Finding, FindingReader } from "../power/finding.ts";
import type {
  LifeToWriteOn,
  RecordedRecovery,
  RecoveredState,
  StateRecoverer,
  WrittenOn,
} from "../power/state-recoverer.ts";
import { readDirectoryImage } from "../recorder/directory-image.ts";
import { RecorderError } from "../recorder/recorder-error.ts";
import { isCommand, type SubjectOptions, type SubjectReference } from "../subject.ts";
import type { RecoverJob, RecoveryLimits, StoreLocation, WriteJob } from "../supervisor/job.ts";
import { endedUnasked, openFailure } from "../supervisor/life-ending.ts";
import { tellLife } from "../supervisor/life-events.ts";
import { recoveryLimits } from "../supervisor/recovery-limits.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { firstOperation, type Operation, type Workload } from "../workload.ts";
import { foldProcess } from "./program-fold.ts";
import { recordRecovery } from "./recorded-recovery.ts";
import { recordModule } from "./recorded-session.ts";
import { recoveryMarks } from "./session-marks.ts";
import type { VolatileState, VolatileStore } from "./volatile-store.ts";

/** What a recoverer works with. */
export interface DirectoryParts {
  readonly supervisor: Supervisor;
  readonly subject: SubjectReference;
  readonly options: SubjectOptions;
  readonly volatileFiles: readonly string[];
  readonly volatile: VolatileStore;
  readonly workload: Workload;
  /** The store asks which boot of the machine it runs in, and what it is recovered in is another. */
  readonly asksForBoot: boolean;
  /** For the states' directories. */
  readonly folder: string;
}

/** Findings that are remembered: the states of one device are found on another again. */
const REMEMBERED_LIMIT = 4096;
/** A value that is written on. */
const VALUE_BYTES = 40;

const UNCONTAINED = "a process of a recovery outlived SIGKILL or hid from it";

/** Lays states out and recovers them, several at a time. */
export class DirectoryRecoverer implements StateRecoverer {
  readonly atOnce: number;
  readonly asksInText: boolean;
  readonly #parts: DirectoryParts;
  readonly #limits: RecoveryLimits;
  /** What recoveries found on each content of the disk. */
  readonly #known = new Map<string, readonly RecoveryOutcome[]>();
  #made = 0;

  constructor(parts: DirectoryParts) {
    this.#parts = parts;
    this.atOnce = parts.supervisor.concurrency;
    this.asksInText = isCommand(parts.subject);
    this.#limits = recoveryLimits(parts.workload);
  }

  /** What the workload shows that the store can do: nobody else says so. */
  followUp({ lives }: Workload): readonly Operation[] {
    const kinds = new Set(lives.flat().map(({ kind }) => kind));
    const write: Operation =
      kinds.has("batch") && !kinds.has("append")
        ? { kind: "batch", sizes: [VALUE_BYTES] }
        : { kind: "append", size: VALUE_BYTES };
    return kinds.has("sync") ? [write, { kind: "sync" }] : [write];
  }

  async recover(visit: CrashVisit, reader: FindingReader): Promise<RecoveredState> {
    const { volatile } = this.#parts;
    const [plainest = "absent", ...others] = volatile.states;
    const first = new LaidOut(() => this.#layOut(visit, plainest), this.#parts, this.#limits);
    const outcomes = this.#known.get(visit.key) ?? (await this.#recoverAll(first, visit, others));
    if (this.#known.size >= REMEMBERED_LIMIT) this.#known.clear();
    if (first.problem === undefined) this.#known.set(visit.key, outcomes);
    return first.state(outcomes, reader);
  }

  async #recoverAll(
    first: LaidOut,
    visit: CrashVisit,
    others: readonly VolatileState[],
  ): Promise<readonly RecoveryOutcome[]> {
    const outcomes = [await first.recover()];
    for (const state of others) {
      const other = new LaidOut(() => this.#layOut(visit, state), this.#parts, this.#limits);
      outcomes.push(await other.recover());
      first.problem ??= other.problem;
      other.discard();
    }
    return outcomes;
  }

  async record(visit: CrashVisit, life: number, reader: FindingReader): Promise<RecordedRecovery> {
    const directory = this.#layOut(visit, "absent");
    try {
      return await this.#recordIn(directory, visit, life, reader);
    } catch (error) {
      if (!(error instanceof RecorderError)) throw error;
      return { kind: "unrecordable", because: error.message };
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }

  async #recordIn(
    directory: string,
    visit: CrashVisit,
    life: number,
    reader: FindingReader,
  ): Promise<RecordedRecovery> {
    const { supervisor, subject, volatileFiles } = this.#parts;
    const before = { base: readDirectoryImage(directory, volatileFiles), events: [] };
    const store = storeIn(directory, this.#parts);
    const job: RecoverJob = { kind: "recover", store, limits: this.#limits };
    const traceFile = `${directory}.strace`;
    try {
      const recorded = isCommand(subject)
        ? await recordRecovery({ supervisor, job, traceFile })
        : await this.#recordModule({ supervisor, job, traceFile }, visit, reader);
      const { events, outcome } = recorded;
      const marks = () => recoveryMarks(life, outcome);
      return foldProcess({ subject, events, directory, before, volatileFiles, marks });
    } finally {
      rmSync(traceFile, { force: true });
    }
  }

  /** The recorded child does not say what it finds; one that is not recorded does. */
  async #recordModule(
    session: Parameters<typeof recordModule>[0] & { readonly job: RecoverJob },
    visit: CrashVisit,
    reader: FindingReader,
  ): Promise<Pick<Awaited<ReturnType<typeof recordRecovery>>, "events" | "outcome">> {
    const state = await this.recover(visit, reader);
    state.discard();
    const [finding] = state.findings;
    const { events, problem } = await recordModule(session);
    if (problem !== undefined || finding === undefined) {
      throw new RecorderError("tracer-failed", problem ?? "nothing was recovered");
    }
    return { events, outcome: finding.outcome() };
  }

  #layOut(visit: CrashVisit, state: VolatileState): string {
    this.#made += 1;
    const directory = join(this.#parts.folder, `state-${this.#made}`);
    layOutImage(visit.image(), "", directory);
    this.#parts.volatile.place(state, directory);
    return directory;
  }
}

function storeIn(
  directory: string,
  { subject, options, asksForBoot }: DirectoryParts,
): StoreLocation {
  return { subject, options, directory, ...(asksForBoot ? { boot: "another" } : {}) };
}

/** One state in a directory of its own, made when it is needed. */
class LaidOut {
  /** Why nothing that was found here is proved. */
  problem: string | undefined;
  readonly #make: () => string;
  readonly #parts: DirectoryParts;
  readonly #limits: RecoveryLimits;
  #directory: string | undefined;
  #isRecovered = false;

  constructor(make: () => string, parts: DirectoryParts, limits: RecoveryLimits) {
    this.#make = make;
    this.#parts = parts;
    this.#limits = limits;
  }

  async recover(): Promise<RecoveryOutcome> {
    this.#isRecovered = true;
    const job: RecoverJob = { kind: "recover", store: this.#store(), limits: this.#limits };
    const { outcome, uncontained } = await this.#parts.supervisor.recover(job);
    if (uncontained === true) this.problem = UNCONTAINED;
    return outcome;
  }

  state(outcomes: readonly RecoveryOutcome[], reader: FindingReader): RecoveredState {
    const problem = (): string | undefined => this.problem;
    return {
      findings: outcomes.map((outcome) => reader.of(outcome)),
      get problem() {
        return problem();
      },
      recoverAgain: () => this.#recoverAgain(reader),
      writeOn: (life) => this.#writeOn(life),
      discard: () => this.discard(),
    };
  }

  discard(): void {
    if (this.#directory === undefined) return;
    rmSync(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }

  #store(): StoreLocation {
    this.#directory ??= this.#make();
    return storeIn(this.#directory, this.#parts);
  }

  /** A state that is known from before was recovered in a directory that is gone. */
  async #recoverAgain(reader: FindingReader): Promise<Finding> {
    if (!this.#isRecovered) await this.recover();
    return reader.of(await this.recover());
  }

  async #writeOn({ workload, life }: LifeToWriteOn): Promise<WrittenOn> {
    const { supervisor } = this.#parts;
    const job: WriteJob = {
      kind: "write",
      store: this.#store(),
      workloadSeed: workload.seed,
      firstOperation: firstOperation(workload, life),
      operations: workload.lives[life] ?? [],
      stop: { kind: "close" },
    };
    const child = await supervisor.start(job);
    await child.rest;
    const end = await supervisor.end(child);
    if (!end.contained) this.problem = UNCONTAINED;
    const failure = endedUnasked(end) ? openFailure(end) : undefined;
    const told = failure === undefined ? end : { ...end, lines: [failure] };
    const { events, ended } = tellLife(job, told, { life, plan: "kill" });
    return { events, done: ended === "closed" };
  }
}
