// Real kills of one setting: how many acknowledged records each lost.
import type { KillFault } from "../faults/kill.ts";
import type { WriterKill } from "../faults/kill-plan.ts";
import { parseFault } from "../faults/parse-fault.ts";
import { accountLives } from "../history/accounting.ts";
import type { SampledLosses } from "../measurement.ts";
import { type RandomStream, stream } from "../seed.ts";
import type { SubjectOptions } from "../subject.ts";
import { liveChain } from "../supervisor/chain.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { Workload } from "../workload.ts";
import type { LossLaw } from "./loss-law.ts";
import type { SettingToMeasure } from "./measure-setting.ts";

/** Where the writer is killed; each kill draws anew. */
export type KillDraw =
  /** Exactly after an answer, from the first to this one. */
  | { readonly kind: "acknowledgement"; readonly answersMax: number }
  /** At a time since the first answer, from one to below the other; its appends take longer than that. */
  | {
      readonly kind: "moment";
      readonly microsMin: number;
      readonly microsMax: number;
      readonly appends: number;
    };

export interface KillSeriesRequest {
  readonly setting: SettingToMeasure;
  readonly options: SubjectOptions;
  readonly draw: KillDraw;
  readonly law: LossLaw | undefined;
  readonly seed: number;
}

/**
 * Kills one writer after the other. Each has one life of single appends and no barrier but what the mode itself
 * syncs, so what is lost is what was acknowledged since the last barrier.
 */
export class KillSeries {
  readonly #request: KillSeriesRequest;
  readonly #supervisor: Supervisor;
  readonly #fault: KillFault;
  readonly #random: RandomStream;
  readonly #counts = new Map<number, number>();
  #kills = 0;
  #drawn = 0;

  constructor(request: KillSeriesRequest, supervisor: Supervisor) {
    const { setting, draw, seed } = request;
    const fault = parseFault("kill");
    if (fault.kind !== "kill") throw new Error("the fault kill is no kill");
    this.#request = request;
    this.#supervisor = supervisor;
    this.#fault = fault;
    this.#random = stream(seed, `kills of ${setting.id}, ${draw.kind}`);
  }

  /** Kills that lost a count; those that came too late or proved nothing are not among them. */
  get kills(): number {
    return this.#kills;
  }

  /** One more kill. @throws SupervisorError as `liveChain` does */
  async kill(): Promise<void> {
    this.#drawn += 1;
    const directory = this.#supervisor.makeDirectory();
    try {
      const lost = await this.#lost(directory);
      if (lost === undefined) return;
      this.#kills += 1;
      this.#counts.set(lost, (this.#counts.get(lost) ?? 0) + 1);
    } finally {
      await this.#supervisor.removeDirectory(directory);
    }
  }

  losses(): SampledLosses {
    const { draw, law } = this.#request;
    return {
      drawn: draw.kind,
      kills: this.#kills,
      counts: [...this.#counts]
        .sort(([one], [other]) => one - other)
        .map(([records, kills]) => ({ records, kills })),
      law: law?.law ?? null,
      lawSource: law?.source ?? null,
    };
  }

  async #lost(directory: string): Promise<number | undefined> {
    const { setting, options, draw } = this.#request;
    const { writer, appends } = this.#plan(draw);
    const workload: Workload = {
      seed: (this.#request.seed + this.#drawn) >>> 0,
      options: setting.options,
      lives: [
        Array.from({ length: appends }, () => ({ kind: "append", size: setting.recordBytes })),
      ],
      ...(setting.callers === 1 ? {} : { concurrency: setting.callers }),
    };
    const { scenario } = setting;
    const plan = { lives: [{ writer, recoveries: [] }] };
    const chain = await liveChain(
      { subject: scenario.subject, options, workload, fault: this.#fault, plan, directory },
      this.#supervisor,
    );
    const struck = chain.lives[0]?.struck === true;
    if (chain.problem !== undefined || !struck) return undefined;
    const history = { workload, events: chain.events };
    const [account] = accountLives(history, scenario.promise(setting.options));
    const isLate = draw.kind === "moment" && account?.acknowledgedRecords === appends;
    return isLate ? undefined : account?.lostRecords;
  }

  #plan(draw: KillDraw): { readonly writer: WriterKill; readonly appends: number } {
    switch (draw.kind) {
      case "acknowledgement": {
        const count = 1 + this.#random.below(draw.answersMax);
        // Enough that all callers have something to ask when the last answer comes.
        return { writer: { kind: "ack", count }, appends: count + this.#request.setting.callers };
      }
      case "moment": {
        const { microsMin, microsMax } = draw;
        const range = Math.max(1, microsMax - microsMin);
        const afterFirstAckMicros = microsMin + this.#random.below(range);
        return { writer: { kind: "moment", afterFirstAckMicros }, appends: draw.appends };
      }
    }
  }
}
