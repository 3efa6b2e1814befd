// The recording of a program: a workload's lives in real processes, folded into one disk trace.
//
// Lives share a trace as long as no power cut parts them: what a kill left unsynced stays optional. A
// power cut draws one of the disks that it may leave; that one is laid out, and is durable: the next
// life goes on from it in a trace of its own.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { FailingCall } from "../disk/io-failure.ts";
import type { DeviceProfile } from "../disk/profile.ts";
import type { HistoryEvent } from "../history/history.ts";
import { layOutImage } from "../hunt/image-files.ts";
import type { ChainPlan, LifeEnding } from "../power/chain-plan.ts";
import { drawPowerCut } from "../power/power-cut.ts";
import type { MarkSource } from "../recorder/call-handler.ts";
import { readDirectoryImage } from "../recorder/directory-image.ts";
import type { FailableCall } from "../recorder/failable-calls.ts";
import type { TracedEvent } from "../recorder/traced-call.ts";
import { type RandomStream, stream } from "../seed.ts";
import { isCommand, type SubjectOptions, type SubjectReference } from "../subject.ts";
import { asksForBoot } from "../supervisor/another-boot.ts";
import type { StoreLocation, WriteJob } from "../supervisor/job.ts";
import { parseAnswer, parseChildLine } from "../supervisor/protocol.ts";
import type { RecordedJob } from "../supervisor/recorded-start.ts";
import { recoveryLimits } from "../supervisor/recovery-limits.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { firstOperation, type Operation, type Workload } from "../workload.ts";
import { foldProcess } from "./program-fold.ts";
import { endedBy, type ProgramRecording, Spoiled, Unrecordable } from "./program-recording.ts";
import { injectionOf, type ProgramStrike } from "./program-strike.ts";
import { recordRecovery } from "./recorded-recovery.ts";
import { type RecordedSession, recordCommand, recordModule } from "./recorded-session.ts";
import {
  commandMarks,
  moduleMarks,
  recoveryMarks,
  type SessionEnd,
  type SessionFacts,
} from "./session-marks.ts";
import { splitAtReopens } from "./split-at-reopens.ts";

/** What to record. */
export interface ProgramRequest {
  readonly supervisor: Supervisor;
  readonly subject: SubjectReference;
  readonly options: SubjectOptions;
  readonly volatileFiles: readonly string[];
  readonly workload: Workload;
  readonly plan: ChainPlan;
  /** Power cuts within the chain leave what this device may leave. */
  readonly profile: DeviceProfile;
  readonly seed: number;
  /** Empty, and without links in its path. */
  readonly folder: string;
  /** The call that fails. */
  readonly strike?: ProgramStrike;
  /** Hears of each process of a life when it has ended, in a rehearsal of one that fails. */
  readonly onSession?: (session: ProgramSession) => void;
}

/** What one process of a life called. */
export interface ProgramSession {
  readonly life: number;
  /** The calls that a failing disk could have made fail. */
  readonly failable: readonly FailableCall[];
  readonly events: readonly TracedEvent[];
}

/** @throws SupervisorError `bad-subject` */
export async function recordProgram(request: ProgramRequest): Promise<ProgramRecording> {
  const chain = new ProgramChain(request);
  try {
    await chain.run();
  } catch (error) {
    return endedBy(error, chain.output);
  }
  return chain.recorded();
}

/** A life that the plan does not know; the last one ends when the trace does. */
const POWER: LifeEnding = { kind: "power" };

class ProgramChain {
  output = "";
  readonly #request: ProgramRequest;
  readonly #random: RandomStream;
  readonly #directory: string;
  readonly #traceFile: string;
  #trace: DiskTrace;
  #prior: readonly HistoryEvent[] = [];
  #asksForBoot = false;
  /** The power was cut since the start. */
  #isOtherBoot = false;
  /** Of the life that is under way. */
  #sessions: readonly ProgramSession[] = [];

  constructor(request: ProgramRequest) {
    this.#request = request;
    this.#random = stream(request.seed, "power cuts of a chain");
    this.#directory = join(request.folder, "store");
    this.#traceFile = join(request.folder, "strace");
    mkdirSync(this.#directory);
    this.#trace = this.#untouched();
  }

  async run(): Promise<void> {
    const { workload, plan, subject } = this.#request;
    for (const life of workload.lives.keys()) {
      const { ending = POWER, opensAtOnce } = plan.lives[life] ?? {};
      const begun = this.#trace.events.length;
      this.#sessions = [];
      if (isCommand(subject)) await this.#liveCommand(life, ending);
      else await this.#liveModule(life, ending);
      if (this.#asksForBoot) await this.#requireOtherBoot();
      if (life + 1 === workload.lives.length) return;
      if (ending.kind === "power") this.#cutPower(begun);
      // A module's recovery is not recorded here: its next life opens what was left.
      if (opensAtOnce === true || !isCommand(subject)) continue;
      if (!(await this.#recover(life))) return;
    }
  }

  /** On the same boot a store may take for kept what the power cut took. */
  async #requireOtherBoot(): Promise<void> {
    const reason = await this.#request.supervisor.whyNoOtherBoot();
    if (reason === undefined) return;
    const asks = "it asks which boot of the machine it runs in";
    throw new Spoiled(`${asks}, and can not be shown another after a power cut: ${reason}`);
  }

  recorded(): ProgramRecording {
    return {
      kind: "recorded",
      prior: this.#prior,
      trace: this.#trace,
      directory: this.#directory,
      asksForBoot: this.#asksForBoot,
      output: this.output,
    };
  }

  /** A reopen ends one process and starts another. */
  async #liveCommand(life: number, ending: LifeEnding): Promise<void> {
    const { supervisor } = this.#request;
    let reopened: number | undefined;
    for (const { operations, first, reopen } of splitAtReopens(this.#request.workload, life)) {
      const end: SessionEnd =
        reopen === undefined ? sessionEnd(ending) : { kind: "reopen", operation: reopen };
      const isKilled = end.kind === "kill" || end.kind === "power";
      const job = this.#job(operations, first, "end");
      const strike = this.#strikeOf(life);
      const session = await recordCommand({ supervisor, job, ...this.#recorded(strike) }, isKilled);
      const { asked } = session;
      const again = reopened === undefined ? {} : { reopened };
      const facts = { life, end, parse: parseAnswer, asked, ...again, ...this.#told(strike) };
      this.#take(life, session, () => commandMarks(facts));
      if (session.exit.code !== 0 && !isKilled) return;
      reopened = reopen;
    }
  }

  async #liveModule(life: number, ending: LifeEnding): Promise<void> {
    const { workload, supervisor } = this.#request;
    const operations = workload.lives[life] ?? [];
    const first = firstOperation(workload, life);
    const end = sessionEnd(ending);
    const job = this.#job(operations, first, end.kind === "close" ? "close" : "end");
    const strike = this.#strikeOf(life);
    const session = await recordModule({ supervisor, job, ...this.#recorded(strike) });
    const { concurrency = 1 } = workload;
    const asked = { first, operations, concurrency };
    const facts = { life, end, parse: parseChildLine, ...asked, ...this.#told(strike) };
    this.#take(life, session, () => moduleMarks(facts));
  }

  /** Where the next process of the life is to be struck. */
  #strikeOf(life: number): ProgramStrike | undefined {
    const { strike } = this.#request;
    return strike?.life === life && strike.session === this.#sessions.length ? strike : undefined;
  }

  #recorded(strike: ProgramStrike | undefined): Pick<RecordedJob, "traceFile" | "injections"> {
    const traceFile = this.#traceFile;
    const { strike: planned, onSession } = this.#request;
    if (planned === undefined && onSession === undefined) return { traceFile };
    return { traceFile, injections: strike === undefined ? [] : [injectionOf(strike)] };
  }

  #told(strike: ProgramStrike | undefined): Pick<SessionFacts, "strike"> {
    if (strike === undefined) return {};
    return { strike: { failure: strike.failure, before: countCalls(this.#sessions) } };
  }

  #take(life: number, session: RecordedSession, marks: () => MarkSource): void {
    this.output += session.output;
    if (session.problem !== undefined) throw new Spoiled(session.problem);
    const { events } = session;
    this.#asksForBoot ||= asksForBoot(events);
    const made = { life, failable: this.#fold(events, marks), events };
    this.#sessions = [...this.#sessions, made];
    this.#request.onSession?.(made);
  }

  async #recover(life: number): Promise<boolean> {
    const { supervisor, workload } = this.#request;
    const limits = recoveryLimits(workload);
    const job = { kind: "recover", store: this.#store(), limits } as const;
    const recovery = await recordRecovery({ supervisor, job, traceFile: this.#traceFile });
    this.output += recovery.output;
    this.#fold(recovery.events, () => recoveryMarks(life, recovery.outcome));
    return recovery.outcome.kind === "found";
  }

  #fold(events: readonly TracedEvent[], marks: () => MarkSource): readonly FailableCall[] {
    const { subject, volatileFiles } = this.#request;
    rmSync(this.#traceFile, { force: true });
    const recorded = { subject, events, directory: this.#directory, volatileFiles, marks };
    const folded = foldProcess({ ...recorded, before: this.#trace });
    if (folded.kind === "unrecordable") throw new Unrecordable(folded.because);
    this.#trace = folded.trace;
    return folded.failable;
  }

  /** The next life begins on one of the disks that a power cut since the event `begun` may leave. */
  #cutPower(begun: number): void {
    const { workload, profile } = this.#request;
    const chain = { workload, profile, prior: this.#prior, trace: this.#trace };
    const cut = drawPowerCut(chain, begun, this.#random);
    if (cut === undefined) return;
    rmSync(this.#directory, { recursive: true });
    layOutImage(cut.image, "", this.#directory);
    this.#prior = cut.prior;
    this.#isOtherBoot = true;
    this.#trace = this.#untouched();
  }

  /** The directory as it is now, all of it durable. */
  #untouched(): DiskTrace {
    return { base: readDirectoryImage(this.#directory, this.#request.volatileFiles), events: [] };
  }

  #store(): StoreLocation {
    const { subject, options } = this.#request;
    const boot = this.#asksForBoot && this.#isOtherBoot ? ({ boot: "another" } as const) : {};
    return { subject, options, directory: this.#directory, ...boot };
  }

  #job(operations: readonly Operation[], first: number, stop: "end" | "close"): WriteJob {
    const { workload } = this.#request;
    return {
      kind: "write",
      store: this.#store(),
      workloadSeed: workload.seed,
      firstOperation: first,
      operations,
      ...(workload.concurrency === undefined ? {} : { concurrency: workload.concurrency }),
      stop: { kind: stop },
    };
  }
}

function sessionEnd({ kind }: LifeEnding): SessionEnd {
  switch (kind) {
    case "close":
    case "power":
      return { kind };
    case "idle":
    case "call":
      return { kind: "kill" };
  }
}

/** How often the processes made each call that could fail, by what it is to the disk. */
export function countCalls(sessions: readonly ProgramSession[]): ReadonlyMap<FailingCall, number> {
  const counts = new Map<FailingCall, number>();
  for (const { as } of sessions.flatMap(({ failable }) => failable)) {
    counts.set(as, (counts.get(as) ?? 0) + 1);
  }
  return counts;
}
