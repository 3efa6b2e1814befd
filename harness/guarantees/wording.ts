// How violations speak of records: short, with operation numbers and lives.
import type { LogRecord, Reason } from "../history/log-record.ts";

/** Text from a subject is cut to this length in a message. */
const TEXT_MAX = 200;

/** What a message says of a record. */
export type NamedRecord = Pick<LogRecord, "operation" | "item" | "kind" | "life">;

/** "append 17 (life 0)", "record 2 of batch 4 (life 1)". */
export function recordName(record: NamedRecord): string {
  return `${bareName(record)} (life ${record.life})`;
}

/** The same for a record that a history does not hold: "record 0 of operation 17". */
export function tagName(tag: { readonly operation: number; readonly item: number }): string {
  return `record ${tag.item} of operation ${tag.operation}`;
}

/** Why the record must survive: "was acknowledged before a barrier (sync 18)". */
export function reasonText(record: LogRecord, reason: Reason): string {
  switch (reason.kind) {
    case "barrier":
      return reason.operation === record.operation
        ? "was acknowledged, and is a barrier itself,"
        : `was acknowledged before a barrier (${reason.name} ${reason.operation})`;
    case "closed":
      return "was acknowledged before the store was closed";
    case "allowance":
      return allowanceText(reason);
    case "recovery":
      return `was reported by the recovery after life ${reason.life}`;
  }
}

function allowanceText({ records, milliseconds }: Reason & { kind: "allowance" }): string {
  if (milliseconds > 0) {
    return `was acknowledged before the last ${milliseconds} ms, which may be lost,`;
  }
  return records === 0
    ? "was acknowledged, in a mode that may lose nothing,"
    : `was acknowledged before the last ${records} records of its life, which may be lost,`;
}

/** ", as are 3 more" where one record stands for several. */
export function andMore(count: number): string {
  switch (count) {
    case 1:
      return "";
    case 2:
      return ", as is 1 more";
    default:
      return `, as are ${count - 1} more`;
  }
}

/** The operations of these records, each once, in their order. */
export function operationsOf(records: readonly { readonly operation: number }[]): number[] {
  return [...new Set(records.map(({ operation }) => operation))];
}

/** Text of a subject, cut. */
export function cutText(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}...` : text;
}

function bareName(record: NamedRecord): string {
  return record.kind === "batch"
    ? `record ${record.item} of batch ${record.operation}`
    : `append ${record.operation}`;
}
