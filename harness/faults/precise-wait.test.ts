// The fine wait: never early, and ended by what comes first.
import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import { waitUntil } from "./precise-wait.ts";

const never = new Promise<string>(() => undefined);

describe("waitUntil", () => {
  it.each([-5, 0, 0.3, 1, 4])("is not over before it is due in %d ms", async (delayMs) => {
    const dueMs = systemClock.monotonicMs() + delayMs;
    expect(await waitUntil(dueMs, never, systemClock)).toBeUndefined();
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(dueMs);
  });

  it("ends with what comes first", async () => {
    const dueMs = systemClock.monotonicMs() + 600_000;
    expect(await waitUntil(dueMs, Promise.resolve("came"), systemClock)).toBe("came");
  });
});
