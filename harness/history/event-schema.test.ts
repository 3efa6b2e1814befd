// Each event of a history passes through a file; what is not one is refused.
import { describe, expect, test } from "vitest";
import { historyEvent } from "./event-schema.ts";
import type { HistoryEvent } from "./history.ts";

const EVENTS: { readonly [K in HistoryEvent["kind"]]: HistoryEvent & { readonly kind: K } } = {
  open: { kind: "open", life: 0 },
  opened: { kind: "opened", life: 0 },
  "open-failed": { kind: "open-failed", life: 0, code: "EIO", message: "failed" },
  invoked: { kind: "invoked", life: 0, operation: 3 },
  acknowledged: { kind: "acknowledged", life: 0, operation: 3, lsns: [-1, 7], atMs: 1.5 },
  failed: { kind: "failed", life: 0, operation: 3, code: "EIO", message: "failed" },
  "io-error": { kind: "io-error", life: 0, failure: "write#1:EIO" },
  stalled: { kind: "stalled", life: 0, operations: [3, 4] },
  closed: { kind: "closed", life: 0 },
  crash: { kind: "crash", life: 0, fault: "kill", point: { during: "idle" }, atMs: 2 },
  recovered: { kind: "recovered", life: 0, outcome: { kind: "hung", limitMs: 5 } },
};

describe("historyEvent", () => {
  test.each(Object.values(EVENTS))("reads $kind back", (event) => {
    expect(historyEvent.parse(JSON.parse(JSON.stringify(event)))).toEqual(event);
  });

  test.each(Object.values(EVENTS))("refuses $kind with a member that it has not", (event) => {
    expect(historyEvent.safeParse({ ...event, other: 1 }).success).toBe(false);
  });

  test("refuses an event that it does not know, and a message without end", () => {
    expect(historyEvent.safeParse({ kind: "slept", life: 0 }).success).toBe(false);
    const message = "x".repeat(64 * 1024 + 1);
    expect(historyEvent.safeParse({ ...EVENTS["open-failed"], message }).success).toBe(false);
  });
});
