// How fast a command answers, from line to line; all that can be seen of a store that is any program.

import type { StoreLocation, WriteJob } from "../supervisor/job.ts";
import { within } from "../supervisor/limited-wait.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { SupervisorError } from "../supervisor/supervisor-error.ts";
import { LatencyRecorder } from "./latency-recorder.ts";
import type { SpeedReply } from "./measure-job.ts";

/** More appends than any command answers in the time. */
const APPENDS_MAX = 200_000;
/** Since its first answer, in milliseconds; a life has a limit of its own. */
const LEAST_MS = 200;
const LONGEST_MS = 12_000;
/** The first answers hold the program's own start. */
const WARM_UP_SHARE = 0.1;

export interface LineSpeedRequest {
  readonly store: StoreLocation;
  readonly seed: number;
  readonly recordBytes: number;
  readonly forMs: number;
  /** An abort ends it early. */
  readonly signal: AbortSignal;
}

/**
 * Asks one append after the other for a time, then kills the program. A latency is from one answer's reading to
 * the next one's: the pipes and this process are in it. @throws SupervisorError as `start` does
 */
export async function lineSpeed(
  request: LineSpeedRequest,
  supervisor: Supervisor,
): Promise<Omit<SpeedReply, "syncs">> {
  const job: WriteJob = {
    kind: "write",
    store: request.store,
    workloadSeed: request.seed,
    firstOperation: 0,
    operations: Array.from({ length: APPENDS_MAX }, () => ({
      kind: "append",
      size: request.recordBytes,
    })),
    stop: { kind: "end" },
  };
  const child = await supervisor.start(job);
  const over = Promise.race([child.rest, aborted(request.signal)]);
  await Promise.race([child.firstAcknowledgement, over]);
  await within(Math.min(LONGEST_MS, Math.max(LEAST_MS, request.forMs)), over);
  const { times, breach, output, lines, exitCode } = await supervisor.end(child);
  if (breach !== undefined) throw breach;
  const refused = lines.find((line) => line.kind === "err");
  if (refused !== undefined && "code" in refused) {
    const why = `the write command refused an append: ${refused.code} ${refused.text}`;
    throw new SupervisorError("bad-subject", why);
  }
  const answered = times.answeredAtMs.slice(Math.ceil(times.answeredAtMs.length * WARM_UP_SHARE));
  const [first] = answered;
  const last = answered.at(-1);
  if (first === undefined || last === undefined || answered.length < 2) {
    throw new SupervisorError(
      "bad-subject",
      `the write command answered ${times.answeredAtMs.length} appends (exit code ${exitCode ?? "none"}), too few to time: ${output.slice(0, 500)}`,
    );
  }
  const recorder = new LatencyRecorder();
  for (const [index, at] of answered.slice(1).entries()) recorder.add(at - (answered[index] ?? at));
  return {
    kind: "speed",
    durationMs: last - first,
    appends: answered.length - 1,
    append: recorder.summary(),
    batch: null,
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
