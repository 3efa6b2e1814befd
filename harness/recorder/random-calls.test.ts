// Random file calls of a real program: the replay of what was recorded is what the kernel left.
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { missingFor } from "./fixtures/missing-program.ts";
import { recordRun } from "./fixtures/recorded-run.ts";

const PROGRAM = fileURLToPath(new URL("fixtures/random-calls.py", import.meta.url));
const CALLS = 1000;

test("any calls, one process at a time", async ({ skip }) => {
  const missing = await missingFor("python3");
  skip(missing !== undefined, missing);
  const seen = new Set<string>();
  const property = fc.asyncProperty(fc.nat(), async (seed) => {
    const args = [PROGRAM, String(seed), String(CALLS)];
    const { result, stderr, code } = await recordRun({ program: "python3", args });
    expect(result.kind === "unrecordable" ? `${result.because}\n${stderr}` : "").toBe("");
    expect([code, stderr]).toEqual([0, ""]);
    const events = result.kind === "recorded" ? result.trace.events : [];
    events.forEach((event) => event.kind === "start" && seen.add(event.operation.kind));
  });
  await fc.assert(property, { numRuns: 3 });
  expect([...seen]).toEqual(
    expect.arrayContaining([
      "create",
      "mkdir",
      "link",
      "rename",
      "exchange",
      "unlink",
      "write",
      "truncate",
      "zero",
    ]),
  );
});
