// One setting's speed and risk window, in a child of its own.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { allowedRecords, slackOf } from "../history/allowance.ts";
import type { MeasuredRisk, MeasuredSetting, MeasuredSpeed } from "../measurement.ts";
import { isCommand, type SubjectOptions } from "../subject.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { SupervisorError } from "../supervisor/supervisor-error.ts";
import type { WorkerPool } from "../supervisor/worker-pool.ts";
import { lineSpeed } from "./line-speed.ts";
import type {
  MeasureJob,
  MeasureReply,
  RiskReply,
  SpeedReply,
  StoreToMeasure,
} from "./measure-job.ts";
import type { SettingToMeasure } from "./measure-setting.ts";

/** Shares of the time that a setting's speed has. */
const WARM_UP = 0.12;
const RATE = 0.33;
const LATENCY = 0.4;
const BATCH = 0.15;
/** Less than this says nothing, in milliseconds. */
const LEAST_MS = 20;
/** The most payload that a stretch writes: unsynced pages would be written back under the next setting. */
const STRETCH_BYTES_MAX = 64 * 2 ** 20;

const NO_PORT =
  "risk window and fsyncs: the store does not use the storage port, so its calls of the disk are not seen; its kills are";
const COMMAND =
  "risk window and fsyncs: the store is a program, whose file operations could only be timed under strace, which slows each of them; its kills are seen";
const LINES = "batches of ten: a program is asked single appends, and its latencies hold the pipes";
const NO_BATCH = "batches of ten: the store has no batch";

type Measurer = WorkerPool<MeasureJob, MeasureReply>;

/** What all settings of a measurement share. */
export interface MeasureContext {
  readonly supervisor: Supervisor;
  readonly seed: number;
  /** An abort kills the child at work. */
  readonly signal: AbortSignal;
}

/** What a setting is opened with: the subject's own options, under the setting's, under the mode. */
export function measuredOptions({ scenario, options }: SettingToMeasure): SubjectOptions {
  return { ...scenario.subject.options, ...options, mode: scenario.mode };
}

/** True where the store's calls of the disk are seen. */
export function usesPort({ scenario }: SettingToMeasure): boolean {
  return scenario.usesStoragePort && !isCommand(scenario.subject);
}

/**
 * Measures all but kills, in about the time given for the speed and what the recording takes.
 * @throws SupervisorError `bad-subject`, or where the child failed
 */
export async function measureOne(
  setting: SettingToMeasure,
  context: MeasureContext & { readonly speedMs: number },
): Promise<MeasuredSetting> {
  const { scenario, recordBytes } = setting;
  const { supervisor, seed, speedMs, signal } = context;
  const store: StoreToMeasure = {
    subject: scenario.subject,
    options: measuredOptions(setting),
    seed,
    recordBytes,
    callers: setting.callers,
    directory: supervisor.makeDirectory(),
  };
  try {
    if (isCommand(scenario.subject)) {
      const directory = join(store.directory, "store");
      mkdirSync(directory);
      const asked = { store: { ...store, directory }, seed, recordBytes, forMs: speedMs, signal };
      const reply = { ...(await lineSpeed(asked, supervisor)), syncs: null };
      return measured(setting, speedOf(reply), null);
    }
    return await supervisor.withMeasurer(
      (measurer) => measureModule(setting, { store, measurer, speedMs }),
      signal,
    );
  } finally {
    await supervisor.removeDirectory(store.directory);
  }
}

async function measureModule(
  setting: SettingToMeasure,
  { store, measurer, speedMs }: { store: StoreToMeasure; measurer: Measurer; speedMs: number },
): Promise<MeasuredSetting> {
  const stretch = (share: number): number => Math.max(LEAST_MS, speedMs * share);
  const reply = await ask<SpeedReply>(measurer, {
    ...store,
    kind: "speed",
    directory: join(store.directory, "speed"),
    warmUpMs: stretch(WARM_UP),
    rateMs: stretch(RATE),
    latencyMs: stretch(LATENCY),
    batchMs: stretch(BATCH),
    bytesMax: STRETCH_BYTES_MAX,
  });
  const isSeen = usesPort(setting);
  const speed = speedOf({ ...reply, syncs: isSeen ? reply.syncs : null });
  if (!isSeen) return measured(setting, speed, null);
  const { kill, power } = await ask<RiskReply>(measurer, {
    ...store,
    kind: "risk",
    directory: join(store.directory, "risk"),
    appends: setting.recordedAppends,
  });
  return measured(setting, speed, { kill, power });
}

/**
 * Has a job done. @throws SupervisorError `bad-subject` where the store cannot be loaded or failed,
 * `child-not-ready` where the child came to no answer
 */
export async function ask<Reply extends MeasureReply>(
  measurer: Measurer,
  job: MeasureJob,
): Promise<Reply> {
  if (job.kind !== "place") mkdirSync(job.directory, { recursive: true });
  const { end, output } = await measurer.ask(job);
  const printed = output.slice(-1000);
  if (end.kind !== "answered") {
    const why = end.kind === "hung" ? `gave no answer in ${end.limitMs} ms` : end.message;
    throw new SupervisorError("child-not-ready", `the measuring child ${why}: ${printed}`);
  }
  if (end.reply.kind === "bad-subject" || end.reply.kind === "failed") {
    throw new SupervisorError("bad-subject", `${end.reply.message} ${printed}`.trim());
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a child answers with its job's kind
  return end.reply as Reply;
}

function speedOf(
  reply: Omit<SpeedReply, "syncs"> & { readonly syncs: number | null },
): MeasuredSpeed {
  const { durationMs, appends, syncs, append, batch } = reply;
  return {
    durationMs: Math.round(durationMs * 1000) / 1000,
    appends,
    appendsPerSecond: Math.round((appends * 10_000) / durationMs) / 10,
    syncs,
    syncsPerAppend: syncs === null ? null : syncs / appends,
    append,
    batch,
  };
}

function measured(
  setting: SettingToMeasure,
  speed: MeasuredSpeed,
  risk: MeasuredRisk | null,
): MeasuredSetting {
  const { id, scenario, recordBytes, callers, isTypical, options } = setting;
  const promise = scenario.promise(options);
  const isProgram = isCommand(scenario.subject);
  const unseen = isProgram ? [COMMAND, LINES] : [NO_PORT];
  return {
    id,
    scenario: scenario.name,
    mode: scenario.mode,
    options: { ...scenario.subject.options, ...options },
    recordBytes,
    callers,
    isTypical,
    allowedRecords: {
      kill: allowedRecords(slackOf(promise.kill)),
      power: allowedRecords(slackOf(promise.power)),
    },
    batchIsBarrier: speed.batch === null ? null : promise.barriers.includes("batch"),
    speed,
    risk,
    sampled: [],
    notApplicable: [
      ...(risk === null ? unseen : []),
      ...(speed.batch === null && !isProgram ? [NO_BATCH] : []),
    ],
  };
}
