// The loss of one crash: which acknowledged records its recovery did not give back.
import type { History, RecoveryOutcome } from "../history/history.ts";
import { readHistory } from "../history/oracle.ts";
import { payloadSizes } from "../workload.ts";
import type { CrashCase, CrashCourt } from "./crash-case.ts";

/** Acknowledged records that are gone; those that a truncation may take are not among them. */
export interface Loss {
  /** Each as `operation.item`. */
  readonly missing: ReadonlySet<string>;
  readonly records: number;
  /** Of their payloads. */
  readonly bytes: number;
}

const NOTHING: Loss = { missing: new Set(), records: 0, bytes: 0 };

/** Counts what recoveries after power cuts along one trace did not give back. */
export class LossCounter {
  readonly #case: CrashCase;
  readonly #court: CrashCourt;

  constructor(crashCase: CrashCase, court: CrashCourt) {
    this.#case = crashCase;
    this.#court = court;
  }

  /** What is lost where the power fails right behind an event. A recovery that fails loses all. */
  at(event: number, outcome: RecoveryOutcome): Loss {
    const found = outcome.kind === "found" ? outcome : ({ kind: "found", records: [] } as const);
    const history = this.#court.history(event, found);
    return history === undefined ? NOTHING : lastLoss(history, this.#case);
  }
}

function lastLoss(history: History, { workload, promise }: CrashCase): Loss {
  const report = readHistory(history, promise).reports.at(-1);
  const operations = workload.lives.flat();
  const missing = new Set<string>();
  let bytes = 0;
  for (const { record, present, truncated } of report?.expected ?? []) {
    if (record.outcome === "acknowledged" && !present && !truncated) {
      missing.add(`${record.operation}.${record.item}`);
      const operation = operations[record.operation];
      bytes += operation === undefined ? 0 : (payloadSizes(operation)[record.item] ?? 0);
    }
  }
  return { missing, records: missing.size, bytes };
}
