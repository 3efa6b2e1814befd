// One chain of lives on one directory: write, kill, recover, write on; the last recovery twice.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { KillFault } from "../faults/kill.ts";
import type { LifeCalls } from "../faults/kill-enumeration.ts";
import { formatLifePlan, type KillPlan, type LifePlan } from "../faults/kill-plan.ts";
import type { HistoryEvent } from "../history/history.ts";
import { isCommand, type SubjectOptions, type SubjectReference } from "../subject.ts";
import type { LifeRecord } from "../trial-record.ts";
import { firstOperation, type Workload } from "../workload.ts";
import { withSpace } from "./free-space.ts";
import type { RecoverJob, StoreLocation, WriteJob, WriterStop } from "./job.ts";
import { endedUnasked, endText, openFailure } from "./life-ending.ts";
import { type LifeStory, tellLife } from "./life-events.ts";
import { recoveryLimits } from "./recovery-limits.ts";
import type { RecoveryRun } from "./recovery-pool.ts";
import type { ChildEnd } from "./running-child.ts";
import { copyStore, type StoreCopy } from "./store-copy.ts";
import type { Supervisor } from "./supervisor.ts";
import { SupervisorError } from "./supervisor-error.ts";

/** What a chain is run with. */
export interface ChainRequest {
  readonly subject: SubjectReference;
  readonly options: SubjectOptions;
  readonly workload: Workload;
  readonly fault: KillFault;
  /** Lives that it does not name are not lived. */
  readonly plan: KillPlan;
  /** An empty directory of the trial's own. */
  readonly directory: string;
}

/** How one life went, before anybody has judged it. */
interface LivedLife extends Pick<LifeRecord, "life" | "plan" | "struck" | "ended" | "evidence"> {
  readonly calls: LifeCalls | undefined;
  /** The store as its last crash left it. */
  readonly copy: StoreCopy;
}

/** Everything that a chain did, and why it may prove nothing. */
export interface LivedChain {
  readonly events: readonly HistoryEvent[];
  readonly lives: readonly LivedLife[];
  readonly output: string;
  readonly problem?: string;
}

/**
 * Lives the chain. It ends early where a store does not open or a process can not be ended.
 * @throws SupervisorError `bad-subject`, `child-not-ready`, `closed`, `no-space`, `queue-full`
 */
export async function liveChain(
  request: ChainRequest,
  supervisor: Supervisor,
): Promise<LivedChain> {
  const chain = new Chain(request, supervisor);
  const lives = Math.min(request.plan.lives.length, request.workload.lives.length);
  for (let life = 0; life < lives && chain.goesOn; life += 1) await chain.live(life);
  await chain.recoverAgain();
  return chain.told();
}

/** More is kept of no trial's output, in characters. */
const OUTPUT_LIMIT = 256 * 1024;

interface RecoveryStrikes {
  readonly struck: boolean;
  readonly evidence: readonly string[];
  readonly calls?: number;
}

class Chain {
  goesOn = true;
  readonly #request: ChainRequest;
  readonly #supervisor: Supervisor;
  readonly #store: StoreLocation;
  readonly #events: HistoryEvent[] = [];
  readonly #lives: LivedLife[] = [];
  readonly #problems: string[] = [];
  #output = "";
  #contained = true;

  constructor(request: ChainRequest, supervisor: Supervisor) {
    this.#request = request;
    this.#supervisor = supervisor;
    const { subject, options, directory } = request;
    this.#store = { subject, options, directory: join(directory, "store") };
    // The store's own directory is there from the start; a subject that wants to make one makes
    // a subdirectory.
    mkdirSync(this.#store.directory);
  }

  async live(life: number): Promise<void> {
    const lifePlan = this.#request.plan.lives[life];
    if (lifePlan === undefined) return;
    const { story, strike } = await this.#write(life, lifePlan);
    this.#events.push(...story.events);
    if (story.ended === "open-failed") this.goesOn = false;
    const recoveries = await this.#killRecoveries(life, lifePlan);
    const copy = this.#copy(life);
    this.#lives.push({
      life,
      plan: formatLifePlan(lifePlan),
      struck: strike.struck || recoveries.struck,
      ended: story.ended,
      evidence: [strike.evidence, ...recoveries.evidence].join("; "),
      calls: lifeCalls(story.calls, recoveries.calls),
      copy,
    });
    await this.#recover(life);
  }

  /** The same recovery once more: it must find the same. */
  async recoverAgain(): Promise<void> {
    const last = this.#lives.at(-1);
    if (last !== undefined) await this.#recover(last.life);
  }

  told(): LivedChain {
    const [problem] = this.#problems;
    return {
      events: this.#events,
      lives: this.#lives,
      output: this.#output,
      ...(problem === undefined ? {} : { problem }),
    };
  }

  async #write(life: number, plan: LifePlan): Promise<{ story: LifeStory; strike: Struck }> {
    const job = this.#writeJob(life, plan);
    const { end, strike } = await this.#strike(job, { life });
    const told = await this.#tryOpening(job, end, life);
    const story = tellLife(job, told, { life, plan: formatLifePlan(plan) });
    if (story.ended === "died" || story.ended === "hung") {
      const why = endText(job, end);
      this.#problems.push(`the writer of life ${life} ${story.ended}: ${why}`);
    }
    return { story, strike };
  }

  /**
   * A command that ended before its first answer: it is started once more and asked nothing. Where
   * it can not even open and close the store, that is told in its place.
   * @throws SupervisorError `bad-subject` where it can not open the empty directory it began with
   */
  async #tryOpening(job: WriteJob, end: ChildEnd, life: number): Promise<ChildEnd> {
    if (!this.#contained || !endedUnasked(end)) return end;
    const child = await this.#supervisor.start({ ...job, operations: [], stop: { kind: "close" } });
    await child.rest;
    const tried = await this.#supervisor.end(child);
    this.#check(tried);
    const failure = openFailure(tried);
    if (failure === undefined) return end;
    if (life === 0) {
      const what = "the write command can not open a store in an empty directory";
      throw new SupervisorError("bad-subject", `${what} (${failure.code}): ${failure.text}`);
    }
    return { ...end, lines: [failure] };
  }

  async #killRecoveries(life: number, plan: LifePlan): Promise<RecoveryStrikes> {
    const evidence: string[] = [];
    let struck = false;
    let calls: number | undefined;
    for (const [recovery, kill] of plan.recoveries.entries()) {
      if (!this.#contained) break;
      const stop = kill.kind === "call" ? { stop: kill } : {};
      const job: RecoverJob = { ...this.#recoverJob(), ...stop };
      const { end, strike } = await this.#strike(job, { life, recovery });
      const done = end.lines.find((line) => line.kind === "done");
      if (done !== undefined && "calls" in done) calls = done.calls;
      // A recovery that had finished was not struck, and reports nothing.
      const inside = done === undefined && strike.struck;
      if (inside) this.#crashedInRecovery(life, plan);
      struck ||= inside;
      evidence.push(`recovery ${done === undefined ? "" : "finished, then "}${strike.evidence}`);
    }
    return { struck, evidence, ...(calls === undefined ? {} : { calls }) };
  }

  #crashedInRecovery(life: number, plan: LifePlan): void {
    const point = { during: "recovery" } as const;
    this.#events.push({ kind: "crash", life, fault: formatLifePlan(plan), point });
  }

  /** Runs one job in a child of its own and strikes it. */
  async #strike(
    job: WriteJob | RecoverJob,
    which: { readonly life: number; readonly recovery?: number },
  ): Promise<{ end: ChildEnd; strike: Struck }> {
    const { fault, plan } = this.#request;
    const child = await this.#supervisor.start(job);
    let end: ChildEnd;
    let strike: Struck;
    try {
      strike = await fault.strike(plan, { ...which, child, clock: this.#supervisor.clock });
    } finally {
      end = await this.#supervisor.end(child);
    }
    this.#check(end);
    return { end, strike };
  }

  #check(end: ChildEnd): void {
    const refused = end.lines.find((line) => line.kind === "bad-subject");
    if (refused !== undefined && "text" in refused) {
      throw new SupervisorError("bad-subject", refused.text);
    }
    this.#keep(end.output);
    if (end.breach !== undefined) this.#problems.push(`${end.breach.code}: ${end.breach.message}`);
    if (!end.contained) this.#notContained();
  }

  #notContained(): void {
    this.#contained = false;
    this.goesOn = false;
    this.#problems.push("a process of the subject outlived SIGKILL or hid from it");
  }

  async #recover(life: number): Promise<void> {
    if (!this.#contained) return;
    const recovery = await this.#tryRecovery();
    if (recovery === undefined) return;
    const { outcome, output, uncontained } = recovery;
    this.#keep(output);
    // A pipe that somebody still holds may not have given all that was found.
    if (uncontained) this.#notContained();
    else this.#events.push({ kind: "recovered", life, outcome });
  }

  /** A recovery that gave what is no value spoils this trial, and no other. */
  async #tryRecovery(): Promise<RecoveryRun | undefined> {
    try {
      return await this.#supervisor.recover(this.#recoverJob());
    } catch (error) {
      if (!(error instanceof SupervisorError) || error.code !== "bad-value") throw error;
      this.goesOn = false;
      this.#problems.push(error.message);
      return undefined;
    }
  }

  #copy(life: number): StoreCopy {
    if (!this.#contained) return { kind: "skipped", reason: "a process may still write to it" };
    const { directory } = this.#request;
    const to = join(directory, `life-${life}`);
    const { storeCopyBytes } = this.#supervisor.limits;
    return withSpace(directory, () => copyStore(this.#store.directory, to, storeCopyBytes));
  }

  #keep(output: string): void {
    this.#output = (this.#output + output).slice(0, OUTPUT_LIMIT);
  }

  #writeJob(life: number, plan: LifePlan): WriteJob {
    const { workload } = this.#request;
    return {
      kind: "write",
      store: this.#store,
      workloadSeed: workload.seed,
      firstOperation: firstOperation(workload, life),
      operations: workload.lives[life] ?? [],
      ...(workload.concurrency === undefined ? {} : { concurrency: workload.concurrency }),
      stop: writerStop(plan, isCommand(this.#store.subject)),
    };
  }

  #recoverJob(): RecoverJob {
    return { kind: "recover", store: this.#store, limits: recoveryLimits(this.#request.workload) };
  }
}

interface Struck {
  readonly struck: boolean;
  readonly evidence: string;
}

function writerStop({ writer }: LifePlan, isCommandStore: boolean): WriterStop {
  switch (writer.kind) {
    case "open":
      return { kind: isCommandStore ? "opening" : "end" };
    case "moment":
    case "idle":
      return { kind: "end" };
    case "ack":
      return { kind: "answers", count: writer.count };
    case "call":
    case "operation":
    case "close":
    case "lie":
      return writer;
  }
}

function lifeCalls(
  writer: number | undefined,
  recovery: number | undefined,
): LifeCalls | undefined {
  if (writer === undefined) return undefined;
  return recovery === undefined ? { writer } : { writer, recovery };
}
