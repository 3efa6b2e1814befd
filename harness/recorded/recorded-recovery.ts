// One recovery by a command, recorded.
import type { RecoveryOutcome } from "../history/history.ts";
import type { TracedEvent } from "../recorder/traced-call.ts";
import { recoveryOutcome } from "../supervisor/command-recovery.ts";
import type { RecoverJob } from "../supervisor/job.ts";
import { RecoveredValues } from "../supervisor/recovered-values.ts";
import type { SessionRequest } from "./recorded-session.ts";

/** What it did and found. */
export interface RecordedRecovery {
  readonly events: readonly TracedEvent[];
  readonly outcome: RecoveryOutcome;
  readonly output: string;
}

/** What prints without end is killed, and has said enough. */
export async function recordRecovery({
  supervisor,
  job,
  traceFile,
}: SessionRequest<RecoverJob>): Promise<RecordedRecovery> {
  const recording = await supervisor.record({ job, traceFile });
  recording.stdin.end();
  const values = new RecoveredValues(job.limits);
  let enough = false;
  recording.stdout.on("data", (chunk: Buffer) => {
    if (enough) return;
    enough = !values.push(chunk);
    if (enough) void recording.kill();
  });
  const { events, exit, killed, stderr } = await recording.ended;
  const outcome = (): RecoveryOutcome => {
    if (enough) return { kind: "found", records: values.finish() };
    if (killed !== undefined) return { kind: "hung", limitMs: supervisor.limits.lifeMs };
    return recoveryOutcome(exit, values, stderr);
  };
  return { events, outcome: outcome(), output: stderr };
}
