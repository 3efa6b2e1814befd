// Convicts a planted bug by one named disk: run on the recording disk, cut the power, recover, judge.
import { type CrashChoice, parseCrashChoice } from "../../harness/disk/crash-choice.ts";
import { crashImage } from "../../harness/disk/crash-image.ts";
import { RecordingDisk } from "../../harness/disk/recording-disk.ts";
import { type Judgement, judgeHistory } from "../../harness/guarantees/judge.ts";
import type { HistoryEvent } from "../../harness/history/history.ts";
import {
  answeredLsns,
  performOperation,
  type StoreAnswer,
} from "../../harness/perform-operation.ts";
import type { OpenStore, Subject, SubjectOptions, SubjectPorts } from "../../harness/subject.ts";
import type { Workload } from "../../harness/workload.ts";
import type { SyncMode } from "../../wal/index.ts";
import { walPromise } from "../wal-promise.ts";
import type { CrashStateProof } from "./planted-bug.ts";

const DIRECTORY = "/store";

/** The payloads' seed, and a clock that stands: the run is the same each time. */
const SEED = 1;
const CLOCK = { monotonicMs: (): number => 0, wallMs: (): number => 1_700_000_000_000 };

/** What a run consists of. */
interface Run {
  readonly subject: Subject;
  readonly options: SubjectOptions;
  readonly workload: Workload;
  readonly disk: RecordingDisk;
  readonly events: HistoryEvent[];
}

/**
 * Runs the proof's operations against a subject of our log's adapter, and judges what it recovers
 * from the disk that the proof names. The sound log must hold on the same disk.
 */
export async function judgeCrashState(
  subject: Subject,
  mode: SyncMode,
  proof: CrashStateProof,
): Promise<Judgement> {
  const workload: Workload = {
    seed: SEED,
    options: { ...proof.options },
    lives: [proof.operations],
  };
  const disk = new RecordingDisk({ directory: DIRECTORY });
  const options: SubjectOptions = { ...workload.options, mode };
  const run: Run = { subject, options, workload, disk, events: [] };
  await write(run);
  if (proof.after === "recovery") {
    disk.crash();
    await recoverOn(run, { disk, fault: "kill" });
  }
  const cut = cutPower(disk, parseCrashChoice(proof.keep));
  await recoverOn(run, { disk: cut, fault: "power" });
  return judgeHistory({ workload, events: run.events }, walPromise(mode, options), "power");
}

/** The disk that the power cut leaves now. */
function cutPower(disk: RecordingDisk, keep: CrashChoice): RecordingDisk {
  const { trace } = disk;
  return RecordingDisk.fromImage(crashImage(trace, { at: trace.events.length - 1, keep }));
}

async function write(run: Run): Promise<void> {
  run.events.push({ kind: "open", life: 0 });
  let store = await open(run);
  run.events.push({ kind: "opened", life: 0 });
  for (const [number, operation] of run.workload.lives.flat().entries()) {
    run.events.push({ kind: "invoked", life: 0, operation: number });
    let answer: StoreAnswer;
    if (operation.kind === "reopen") {
      await store.close();
      store = await open(run);
    } else {
      answer = await performOperation(store, operation, { seed: SEED, operation: number });
    }
    const lsns = answeredLsns(answer);
    run.events.push({ kind: "acknowledged", life: 0, operation: number, lsns });
  }
}

async function open(run: Run): Promise<OpenStore> {
  return run.subject.open(DIRECTORY, run.options, portsOn(run.disk));
}

function portsOn(disk: RecordingDisk): SubjectPorts {
  return { storage: disk, clock: CLOCK };
}

/** The machine fails, and the store is recovered on the disk that is left. */
async function recoverOn(
  run: Run,
  after: { readonly disk: RecordingDisk; readonly fault: string },
): Promise<void> {
  const { fault, disk } = after;
  run.events.push({ kind: "crash", life: 0, fault, point: { during: "idle" } });
  run.events.push({ kind: "recovered", life: 0, outcome: await outcomeOf(run, disk) });
}

async function outcomeOf(
  run: Run,
  disk: RecordingDisk,
): Promise<Extract<HistoryEvent, { kind: "recovered" }>["outcome"]> {
  const records: { readonly bytes: string; readonly lsn?: number }[] = [];
  try {
    const values = await run.subject.recover(DIRECTORY, run.options, portsOn(disk));
    for await (const { payload: bytes, lsn } of values) {
      const text = Buffer.from(bytes).toString("base64");
      records.push(lsn === undefined ? { bytes: text } : { bytes: text, lsn });
    }
    return { kind: "found", records };
  } catch (error) {
    return { kind: "refused", message: error instanceof Error ? error.message : String(error) };
  }
}
