// lsn-order: LSNs grow, are never given twice, and come back as they were acknowledged.

import type { Report } from "../history/expectation.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { Operation } from "../workload.ts";
import { payloadSizes } from "../workload.ts";
import type { Violation } from "./guarantee.ts";
import type { Guarantee, HistoryView } from "./history-view.ts";
import { LsnLedger, type LsnOwner } from "./lsn-ledger.ts";
import { operationsOf, recordName } from "./wording.ts";

/**
 * Tells the first breach of a history: those after it mostly follow from it. An LSN grows over those
 * that were known when its operation was asked for; overlapping operations share theirs out as they like.
 */
export const lsnOrder: Guarantee = {
  name: "lsn-order",
  statement:
    "LSNs grow over all lives, are never given twice, and recovery gives back the acknowledged ones.",
  judge: (view) => {
    if (!view.promise.lsns) {
      return { notApplicable: "the store gives no LSNs" };
    }
    const breach = firstBreach(view);
    return breach === undefined ? [] : [breach];
  },
};

function firstBreach(view: HistoryView): Violation | undefined {
  const ledger = new LsnLedger();
  const reports = new Map(view.oracle.reports.map((report) => [report.event, report]));
  for (const [index, event] of view.history.events.entries()) {
    if (event.kind === "invoked") ledger.invoke(event.operation);
    const report = reports.get(index);
    const breach =
      report === undefined
        ? acknowledgementBreach(ledger, view.operations, event)
        : reportBreach(ledger, report, view.promise.ordered);
    if (breach !== undefined) {
      return breach;
    }
  }
  return undefined;
}

/** An acknowledgement gives one LSN a record, in growing order. */
function acknowledgementBreach(
  ledger: LsnLedger,
  operations: readonly Operation[],
  event: HistoryEvent,
): Violation | undefined {
  const operation = event.kind === "acknowledged" ? operations[event.operation] : undefined;
  if (event.kind !== "acknowledged" || operation === undefined) {
    return undefined;
  }
  const records = payloadSizes(operation).length;
  const kind = operation.kind === "batch" ? "batch" : "append";
  if (records === 0) {
    // What a checkpoint's or an empty batch's LSN stands for is the store's own affair.
    return undefined;
  }
  if (event.lsns.length !== records) {
    const message = `${kind} ${event.operation} (life ${event.life}) was acknowledged with ${event.lsns.length} LSNs for ${records} records`;
    return violation(event.life, event, message);
  }
  for (const [item, lsn] of event.lsns.entries()) {
    const owner = { operation: event.operation, item, kind, life: event.life } as const;
    const breach = ledger.acknowledge(lsn, owner);
    if (breach !== undefined) {
      return violation(event.life, owner, `${recordName(owner)} ${breach}`);
    }
  }
  return undefined;
}

/** A recovery gives each record its acknowledged LSN, growing where it has an order. */
function reportBreach(ledger: LsnLedger, report: Report, ordered: boolean): Violation | undefined {
  let before = -Infinity;
  for (const { placed, lsn } of report.found) {
    const record = placed.kind === "expected" ? report.expected[placed.index]?.record : undefined;
    if (record === undefined) {
      continue;
    }
    const breach =
      lsn === undefined
        ? "was found without an LSN"
        : (ledger.find(lsn, record) ?? growthBreach(before, lsn, ordered));
    if (breach !== undefined) {
      return violation(report.life, record, `${recordName(record)} ${breach}`);
    }
    before = lsn ?? before;
  }
  return undefined;
}

function growthBreach(before: number, lsn: number, ordered: boolean): string | undefined {
  return ordered && lsn <= before ? `was found with LSN ${lsn} behind LSN ${before}` : undefined;
}

function violation(life: number, subject: Pick<LsnOwner, "operation">, message: string): Violation {
  return { guarantee: "lsn-order", life, message, operations: operationsOf([subject]) };
}
