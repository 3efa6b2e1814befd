// A program's power cuts: recorded once, then crashed everywhere in real directories.
//
// The verdict follows one device; what the same recording comes to on the other of the two that
// people ask for, posix and ext4, is told beside it.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parseCrashChoice } from "../disk/crash-choice.ts";
import { crashImage } from "../disk/crash-image.ts";
import type { DiskEvent, DiskTrace } from "../disk/disk-trace.ts";
import { type DeviceProfile, profileNamed, profiles } from "../disk/profile.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import { promisesSurvival } from "../history/allowance.ts";
import type { HistoryEvent } from "../history/history.ts";
import { layOutImage } from "../hunt/image-files.ts";
import type { CallCounts } from "../power/call-counts.ts";
import type { ChainPlan } from "../power/chain-plan.ts";
import type { Exploration } from "../power/exploration.ts";
import { exploreStates } from "../power/explore.ts";
import type { ExploreLimits, StateRequest } from "../power/explore-request.ts";
import type { PowerJob } from "../power/power-job.ts";
import { replayed } from "../recorder/replay.ts";
import { recoveryLimits } from "../supervisor/recovery-limits.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { ProfileVerdict } from "../trial-record.ts";
import { DirectoryRecoverer } from "./directory-recoverer.ts";
import { type ProgramRequest, recordProgram } from "./program-chain.ts";
import type { ProgramRecording } from "./program-recording.ts";
import { settleProgramFailure } from "./settle-program-failure.ts";
import { VolatileStore } from "./volatile-store.ts";

/** What came of it. */
export type ProgramExploration = { readonly output: string } & (
  | {
      readonly kind: "explored";
      readonly exploration: Exploration;
      /** What the lives of the chain did, before any of the explored crashes. */
      readonly events: readonly HistoryEvent[];
      readonly profiles: readonly ProfileVerdict[];
      /** The disk of a violation as files; whoever takes it removes it. */
      readonly store?: string;
      /** The plan as it was recorded: a failure that was drawn has become one that is named. */
      readonly plan: ChainPlan;
      /** How often each call was made of those that a failure was drawn among. */
      readonly calls: CallCounts;
      /** Why a failure need not strike the same call again; of an exact one, and of none, nothing. */
      readonly approximate: readonly string[];
    }
  | { readonly kind: "unexplored"; readonly reason: string }
  /** The planned failure found no call to strike. */
  | { readonly kind: "not-struck"; readonly because: string }
);

/** What a job of a program is; its limits come from how long its recoveries take. */
export type ProgramJob = Omit<PowerJob, "kind" | "limits"> & {
  readonly limits?: ExploreLimits;
};

/** States of a trial, by how long one recovery takes at most, in milliseconds. */
const STATES: readonly { readonly recoveryMs: number; readonly statesMax: number }[] = [
  { recoveryMs: 12, statesMax: 400 },
  { recoveryMs: 50, statesMax: 240 },
  { recoveryMs: 200, statesMax: 80 },
  { recoveryMs: Number.POSITIVE_INFINITY, statesMax: 24 },
];

const LIMITS: Omit<ExploreLimits, "statesMax"> = {
  exhaustiveMax: 32,
  nestedMax: 2,
  nestedStatesMax: 24,
  depth: 1,
};

/** Both of the devices that people ask for, the harsher first. */
const BOTH: readonly DeviceProfile[] = [profiles.posix, profiles.ext4];

/** @throws SupervisorError `bad-subject` */
export async function exploreProgram(
  job: ProgramJob,
  supervisor: Supervisor,
): Promise<ProgramExploration> {
  const folder = supervisor.makeFastDirectory();
  try {
    return await new ProgramExplorer(job, supervisor, folder).run();
  } finally {
    await supervisor.removeDirectory(folder);
  }
}

type Recorded = Extract<ProgramRecording, { kind: "recorded" }>;
type Explored = Pick<
  Extract<ProgramExploration, { kind: "explored" }>,
  "exploration" | "profiles" | "store" | "output"
>;

const NOT_AGAIN = "the run in which the call was to fail did not make it again";

class ProgramExplorer {
  readonly #job: ProgramJob;
  readonly #supervisor: Supervisor;
  readonly #folder: string;
  readonly #profile: DeviceProfile;
  readonly #volatileFiles: readonly string[];

  constructor(job: ProgramJob, supervisor: Supervisor, folder: string) {
    this.#job = job;
    this.#supervisor = supervisor;
    this.#folder = folder;
    this.#profile = profileNamed(job.profile);
    this.#volatileFiles = (job.promise.volatileFiles ?? []).map(({ files }) => files);
  }

  async run(): Promise<ProgramExploration> {
    const { subject, options, workload, seed } = this.#job;
    const request: ProgramRequest = {
      supervisor: this.#supervisor,
      subject,
      options,
      volatileFiles: this.#volatileFiles,
      workload,
      plan: this.#job.plan,
      // What the milder of both may leave, both may.
      profile: BOTH.includes(this.#profile) ? profiles.ext4 : this.#profile,
      seed,
      folder: this.#folder,
    };
    const settled = await settleProgramFailure(request);
    if (settled.kind !== "settled") return unexplored(settled);
    const { plan, strike } = settled;
    const struck = strike === undefined ? {} : { strike };
    const recording = await recordProgram({ ...request, plan, ...struck });
    if (recording.kind !== "recorded") return unexplored(recording);
    const { output, trace, prior } = recording;
    const isPlanned = this.#job.plan.lives.some(({ failure }) => failure !== undefined);
    const events = [...prior, ...marksOf(trace)];
    if (isPlanned && !events.some(({ kind }) => kind === "io-error")) {
      const because = strike === undefined ? "no call was made that could fail so" : NOT_AGAIN;
      return { kind: "not-struck", because, output };
    }
    return { ...(await this.#explore(recording)), events, ...settled, kind: "explored" };
  }

  async #explore(recording: Recorded): Promise<Explored> {
    const { directory, output } = recording;
    const volatile = new VolatileStore(directory, this.#volatileFiles);
    const limits = this.#job.limits ?? (await this.#limitsFor(recording));
    const request = this.#request(recording, volatile, limits);
    const exploration = await exploreStates(request);
    const verdicts = await this.#bothProfiles(request, exploration);
    const store = this.#store(exploration, request.profile, volatile);
    const kept = store === undefined ? {} : { store };
    return { exploration, profiles: verdicts, ...kept, output };
  }

  #request(
    { trace, prior, asksForBoot }: Recorded,
    volatile: VolatileStore,
    limits: ExploreLimits,
  ): StateRequest {
    const { subject, options, workload, promise, lying, seed } = this.#job;
    const recoverer = new DirectoryRecoverer({
      supervisor: this.#supervisor,
      subject,
      options,
      volatileFiles: this.#volatileFiles,
      volatile,
      workload,
      asksForBoot,
      folder: this.#folder,
    });
    const profile = lying ? profiles.lying : this.#profile;
    // What a power cut comes to before a call has failed is told by the fault `power`.
    const from = trace.events.findIndex(isFailure);
    const asked = { recoverer, trace, prior, profile, workload, promise, seed, limits };
    return from < 0 ? asked : { ...asked, from };
  }

  /** The other one is visited with half of the states: most of them are known by then. */
  async #bothProfiles(
    request: StateRequest,
    exploration: Exploration,
  ): Promise<readonly ProfileVerdict[]> {
    const { limits, profile: explored } = request;
    if (this.#job.lying || !BOTH.includes(explored)) return [];
    const verdicts: ProfileVerdict[] = [];
    for (const profile of BOTH) {
      const statesMax = Math.ceil(limits.statesMax / 2);
      const found =
        profile === explored
          ? exploration
          : await exploreStates({
              ...request,
              profile,
              limits: { ...limits, statesMax, nestedMax: 0 },
            });
      verdicts.push({ profile: profile.name, verdict: verdictOf(found, request.promise) });
    }
    // What the milder one may leave, the harsher may: there it was only not drawn.
    const isBroken = verdicts.some(({ verdict }) => verdict === "violated");
    return verdicts.map((told) =>
      isBroken && told.profile === profiles.posix.name ? { ...told, verdict: "violated" } : told,
    );
  }

  /** One recovery of all that was written tells how many a trial can do. */
  async #limitsFor({ trace }: Recorded): Promise<ExploreLimits> {
    const { subject, options, workload } = this.#job;
    const directory = join(this.#folder, "probe");
    layOutImage(replayed(trace), "", directory);
    const { clock } = this.#supervisor;
    const startedMs = clock.monotonicMs();
    const limits = recoveryLimits(workload);
    const store = { subject, options, directory };
    await this.#supervisor.recover({ kind: "recover", store, limits });
    const tookMs = clock.monotonicMs() - startedMs;
    rmSync(directory, { recursive: true, force: true });
    const fitting = STATES.find(({ recoveryMs }) => tookMs <= recoveryMs);
    return { ...LIMITS, statesMax: fitting?.statesMax ?? 0 };
  }

  /** Of the device that was explored: another may not leave this disk. */
  #store(
    { violation }: Exploration,
    profile: DeviceProfile,
    volatile: VolatileStore,
  ): string | undefined {
    if (violation === undefined) return undefined;
    const { trace, step, disk } = violation;
    const store = join(this.#supervisor.makeDirectory(), "store");
    const keep = parseCrashChoice(step.choice);
    const image = crashImage(trace, { at: step.at, keep, profile });
    layOutImage(image, "", store);
    volatile.place(volatile.states[disk] ?? "absent", store);
    return store;
  }
}

function unexplored(
  recording: Exclude<ProgramRecording, { kind: "recorded" }>,
): ProgramExploration {
  const { output } = recording;
  switch (recording.kind) {
    case "unrecordable": {
      const reason = `it cannot be recorded, because ${recording.because}`;
      return { kind: "unexplored", reason, output };
    }
    case "spoiled":
      return { kind: "unexplored", reason: recording.problem, output };
    case "not-struck":
      return { kind: "not-struck", because: recording.because, output };
  }
}

function isFailure(event: DiskEvent): boolean {
  return event.kind === "mark" && event.happened.kind === "io-error";
}

function marksOf({ events }: DiskTrace): readonly HistoryEvent[] {
  return events.flatMap((event) => (event.kind === "mark" ? [event.happened] : []));
}

function verdictOf(
  { violation, problem, losses }: Exploration,
  promise: StorePromise,
): ProfileVerdict["verdict"] {
  if (violation !== undefined) return violation.verdict;
  if (problem !== undefined || losses.crashPoints === 0) return "inconclusive";
  return promisesSurvival(promise, "power") ? "held" : "measured";
}
