// A recovery of a damaged store that never ends is a violation, with the damage that it fails on.
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { parseFault } from "../faults/parse-fault.ts";
import { readInstallation } from "../installation.ts";
import { tornLineScenario } from "../power/fixtures/torn-line-scenario.ts";
import { type Supervisor, startSupervisor } from "../supervisor/supervisor.ts";
import { runSupervisedCorruption } from "./supervised-trial.ts";

const LIMIT_MS = 700;

let supervisor: Supervisor;

beforeAll(async () => {
  const { childFile } = readInstallation();
  const limits = { memoryRecoveryMs: LIMIT_MS };
  supervisor = await startSupervisor({ childFile, concurrency: 1, clock: systemClock, limits });
});

afterAll(async () => supervisor.close());

test.each([
  ["loop", `did not end within ${LIMIT_MS} ms`],
  ["exit", "died: its process ended with exit code 7"],
])("where damage makes it do this: %s", async (onTear, message) => {
  const plain = tornLineScenario({ onTear });
  const corruption = { damageCodes: ["damaged"], silentLoss: ["behind-last-proof"] } as const;
  const promise = (): ReturnType<typeof plain.promise> => ({ ...plain.promise({}), corruption });
  const fault = parseFault("corrupt");
  if (fault.kind !== "corrupt") throw new Error("no such fault");
  const request = { scenario: { ...plain, promise }, fault, trial: 0, seed: 1 };
  const { record, damaged, history } = await runSupervisedCorruption(request, supervisor);
  expect(record.problem).toBeUndefined();
  expect(record.verdict).toBe("violated");
  expect(record.violations[0]).toMatchObject({ guarantee: "recovery-succeeds" });
  expect(record.violations[0]?.message).toContain(message);
  expect(record.corruption?.change).toBeDefined();
  expect(history.events.at(-1)).toMatchObject({ kind: "recovered" });
  expect(damaged).toBeDefined();
});
