// The recording: a workload's lives in this process, on a disk that writes down what happens.
//
// Lives share one trace as long as no power cut parts them: what a kill left unsynced stays
// optional. A power cut draws one of the disks that it may leave; the next life goes on from that
// one in a trace of its own, and all that happened before becomes the history's beginning.
import { failingDisk } from "../disk/failing-disk.ts";
import type { DeviceProfile } from "../disk/profile.ts";
import { RecordingDisk } from "../disk/recording-disk.ts";
import type { HistoryEvent } from "../history/history.ts";
import { type RandomStream, stream } from "../seed.ts";
import type { StoragePort } from "../storage-port.ts";
import type { CallEdge } from "../supervisor/job.ts";
import type { Workload } from "../workload.ts";
import { type CountedCall, countingPort } from "./call-counts.ts";
import type { ChainLife, ChainPlan, PlannedFailure } from "./chain-plan.ts";
import { type Finding, FindingReader } from "./finding.ts";
import { LogCatalogue } from "./log-catalogue.ts";
import { mortalStorage } from "./mortal-storage.ts";
import { drawPowerCut } from "./power-cut.ts";
import type { Recording } from "./power-job.ts";
import { type FailingPort, recordLife } from "./recorded-life.ts";
import { type RecordedStore, recoverOn, STORE_DIRECTORY, timeOf } from "./recorded-store.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What to record. */
export interface ChainRequest {
  readonly store: RecordedStore;
  readonly workload: Workload;
  readonly plan: ChainPlan;
  /** Power cuts within the chain leave what this device may leave. */
  readonly profile: DeviceProfile;
  readonly seed: number;
  /** The directory that is there, and durable, from the start; default the store's own. */
  readonly base?: string;
  /** Takes the calls of what has a failure that is only drawn, and does not fail. */
  readonly counts?: Map<CountedCall, number>;
}

/** A life that the plan does not know; the last one ends when the trace does. */
const UNPLANNED: ChainLife = { ending: { kind: "power" } };

/** Lives all lives; the chain ends early behind a recovery that fails. */
export async function recordChain(request: ChainRequest): Promise<Recording> {
  return new ChainRun(request).run();
}

class ChainRun {
  readonly #request: ChainRequest;
  readonly #reader: FindingReader;
  readonly #random: RandomStream;
  /** One for all disks and lives of the chain. */
  readonly #time: VirtualTime;
  #disk: RecordingDisk;
  #prior: readonly HistoryEvent[] = [];

  constructor(request: ChainRequest) {
    this.#request = request;
    this.#time = timeOf(request.seed);
    this.#disk = new RecordingDisk({
      directory: request.base ?? STORE_DIRECTORY,
      scheduler: this.#time.scheduler,
    });
    this.#random = stream(request.seed, "power cuts of a chain");
    // Without known LSNs nothing is ordinary: each value is told as it came.
    this.#reader = new FindingReader(new LogCatalogue(request.workload, []), true);
  }

  async run(): Promise<Recording> {
    const { store, workload, plan } = this.#request;
    for (const life of workload.lives.keys()) {
      const planned = plan.lives[life] ?? UNPLANNED;
      const { ending, recoveryKill, recoveryFailure, opensAtOnce } = planned;
      const begun = this.#disk.trace.events.length;
      const time = this.#time;
      await recordLife({ store, workload, life, ending, time, ...this.#diskFor(planned, life) });
      if (life + 1 === workload.lives.length) break;
      if (ending.kind === "power") this.#cutPower(begun);
      if (recoveryKill !== undefined) await this.#killRecovery(life, recoveryKill);
      if (recoveryFailure !== undefined) await this.#failRecovery(life, recoveryFailure);
      if (opensAtOnce !== true && !(await this.#recover(life))) break;
    }
    return { prior: this.#prior, trace: this.#disk.trace };
  }

  #diskFor(
    { failure }: ChainLife,
    life: number,
  ): { readonly disk: RecordingDisk; readonly port?: FailingPort } {
    const disk = this.#disk;
    return failure === undefined ? { disk } : { disk, port: this.#portFor(failure, life) };
  }

  /** The disk with its failing call, which is told in the history where it strikes. */
  #portFor(planned: PlannedFailure, life: number): FailingPort {
    const disk = this.#disk;
    if (planned.kind === "drawn") return countingPort(disk, this.#request.counts ?? new Map());
    return failingDisk(disk, planned.failure, (failure) =>
      disk.mark({ kind: "io-error", life, failure }),
    );
  }

  /** The power fails at some point since the event `begun`, the life's first. */
  #cutPower(begun: number): void {
    const { workload, profile } = this.#request;
    const { trace } = this.#disk;
    const cut = drawPowerCut({ workload, profile, prior: this.#prior, trace }, begun, this.#random);
    if (cut === undefined) return;
    this.#prior = cut.prior;
    this.#disk = RecordingDisk.fromImage(cut.image, { scheduler: this.#time.scheduler });
  }

  /** A recovery that makes fewer calls ends by itself, and what it reports counts. */
  async #killRecovery(life: number, edge: CallEdge): Promise<void> {
    const disk = this.#disk;
    const process = mortalStorage(disk, {
      ...edge,
      told: () => disk.mark({ kind: "crash", life, fault: "kill", point: { during: "recovery" } }),
    });
    const { store } = this.#request;
    const recovery = this.#reader.read(() => recoverOn(store, process.storage, this.#time));
    const finding = await Promise.race([recovery, process.killed]);
    if (!process.isDead && finding !== undefined) this.#report(life, finding);
    process.kill();
    disk.crash();
    this.#time.forget();
  }

  /** What it reports counts, for it says so itself where it can not vouch for it. */
  async #failRecovery(life: number, failure: PlannedFailure): Promise<void> {
    await this.#recoverOn(life, this.#portFor(failure, life).storage);
  }

  async #recover(life: number): Promise<boolean> {
    return this.#recoverOn(life, this.#disk);
  }

  async #recoverOn(life: number, storage: StoragePort): Promise<boolean> {
    const { store } = this.#request;
    const finding = await this.#reader.read(() => recoverOn(store, storage, this.#time));
    this.#report(life, finding);
    this.#disk.crash();
    this.#time.forget();
    return finding.found;
  }

  #report(life: number, finding: Finding): void {
    this.#disk.mark({ kind: "recovered", life, outcome: finding.outcome() });
  }
}
