// A power cut's violation on the smallest disk that shows it: what an explanation found, put into the trial.
import type { DiskTrace } from "../disk/disk-trace.ts";
import { accountLives } from "../history/accounting.ts";
import { faultKind, promiseUnder } from "../history/allowance.ts";
import type { History } from "../history/history.ts";
import type { Scenario } from "../scenario.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import type { TrialRecord } from "../trial-record.ts";
import { explainViolation } from "./explain-violation.ts";

/** A trial whose crash can be made smaller: one of a power cut that broke a promise. */
export interface CrashedTrial {
  readonly record: TrialRecord;
  readonly history: History;
  readonly trace?: DiskTrace;
}

/**
 * The same trial with the crash that takes the fewest words, and with what it breaks. The trial as it
 * is where that is not known: it took more than one recovery to show, or the store hung.
 */
export async function settleCrash<Trial extends CrashedTrial>(
  trial: Trial,
  scenario: Pick<Scenario, "subject" | "promise" | "usesStoragePort">,
  supervisor: Supervisor,
): Promise<Trial> {
  const { record, history, trace } = trial;
  const { workload, events } = history;
  const promise = promiseUnder(scenario.promise(workload.options), faultKind(record.fault));
  const asked = { record, workload, promise, events, trace };
  const reply = await explainViolation(asked, scenario, supervisor);
  if (reply?.smallest === undefined || record.power === undefined) return trial;
  const { step, violations, events: crashed } = reply.smallest;
  const smaller = { workload, events: crashed };
  const accounts = accountLives(smaller, promise);
  const lives = record.lives.flatMap((life) => {
    const account = accounts.find((each) => each.life === life.life);
    return account === undefined ? [] : [{ ...life, ...account }];
  });
  const power = { ...record.power, crash: step };
  return { ...trial, record: { ...record, lives, violations, power }, history: smaller };
}
