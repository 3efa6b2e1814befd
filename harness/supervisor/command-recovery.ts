// One recovery by a command: started, read, limited in time and output, and told as an outcome.
import type { RecoveryOutcome } from "../history/history.ts";
import type { Exit } from "./child-process.ts";
import type { CommandProcess } from "./command-process.ts";
import { Event } from "./event.ts";
import type { RecoverJob } from "./job.ts";
import { lastWords } from "./last-words.ts";
import { within } from "./limited-wait.ts";
import { RecoveredValues } from "./recovered-values.ts";
import type { RecoveryRun } from "./recovery-pool.ts";

/**
 * Reads what the recovery finds. A non-zero exit, a signal and a hang are outcomes: the judge says
 * that they are violations. `uncontained` tells that a process may be left, so nothing is proven.
 */
export async function readRecovery(
  recovery: CommandProcess,
  { limits }: RecoverJob,
  limitMs: number,
): Promise<RecoveryRun> {
  const values = new RecoveredValues(limits);
  const full = new Event<true>();
  let enough = false;
  recovery.stdout.on("data", (chunk: Buffer) => {
    if (enough) return;
    enough = !values.push(chunk);
    if (enough) full.happened(true);
  });
  const came = await within(limitMs, Promise.race([recovery.exited, full.promise]));
  // What it has printed and is still in the pipe is read here.
  const { exit, output, contained } = await recovery.end();
  const outcome = (): RecoveryOutcome => {
    if (enough) return { kind: "found", records: values.finish() };
    if (!came) return { kind: "hung", limitMs };
    return recoveryOutcome(exit, values, output);
  };
  return { outcome: outcome(), output, ...(contained ? {} : { uncontained: true as const }) };
}

/** What a recovery that ended by itself came to. */
export function recoveryOutcome(
  exit: Exit | undefined,
  values: RecoveredValues,
  output: string,
): RecoveryOutcome {
  if (exit?.code === 0) return { kind: "found", records: values.finish() };
  const said = lastWords(output);
  const words = said === "" ? "it printed no error" : said;
  const { code, signal } = exit ?? {};
  if (typeof code !== "number") {
    return { kind: "died", message: `recovery ended with ${signal ?? "no exit code"}: ${words}` };
  }
  return { kind: "refused", code: `exit-${code}`, message: words };
}
