// Failing disks of real programs: strace makes a call fail, and what was acknowledged is held against power cuts.
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { parseIoFailure } from "../disk/io-failure.ts";
import { ioErrorFault } from "../faults/io-error.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import type { ChainLife } from "../power/chain-plan.ts";
import type { ExploreLimits } from "../power/explore-request.ts";
import { type PowerTrialOutcome, runPowerTrial } from "../power/power-trial.ts";
import { missingFor } from "../recorder/fixtures/missing-program.ts";
import type { SubjectReference } from "../subject.ts";
import { type Supervisor, startSupervisor } from "../supervisor/supervisor.ts";
import {
  appends,
  fsStore,
  oneFileStore,
  programScenario,
  rewritingStore,
} from "./fixtures/program-scenario.ts";

const CHILD = fileURLToPath(new URL("../../dist/child.cjs", import.meta.url));
const LIMITS: ExploreLimits = {
  statesMax: 40,
  exhaustiveMax: 8,
  nestedMax: 0,
  nestedStatesMax: 6,
  depth: 1,
};

let supervisor: Supervisor;
beforeAll(async () => {
  supervisor = await startSupervisor({
    childFile: CHILD,
    concurrency: 2,
    clock: systemClock,
    limits: { lifeMs: 6_000 },
  });
});
afterAll(() => supervisor.close());
beforeEach(async ({ skip }) => {
  const missing = await missingFor("python3");
  skip(missing !== undefined, missing);
});

interface Tried {
  readonly subject?: SubjectReference;
  readonly ending?: ChainLife["ending"]["kind"];
  readonly opensAtOnce?: true;
  readonly promise?: Partial<StorePromise>;
  readonly lie?: boolean;
  readonly statesMax?: number;
}

function fail(mode: string, failure: string, tried: Tried = {}): Promise<PowerTrialOutcome> {
  const { subject = rewritingStore, ending = "close", promise, lie = false, opensAtOnce } = tried;
  const limits = { ...LIMITS, statesMax: tried.statesMax ?? LIMITS.statesMax };
  const fault = ioErrorFault("io-error");
  if (fault === undefined || ending === "call") throw new TypeError("no such trial");
  const chosen = { kind: "chosen", failure: parseIoFailure(failure) } as const;
  const again = opensAtOnce === undefined ? {} : { opensAtOnce };
  const first: ChainLife = { ending: { kind: ending }, failure: chosen, ...again };
  const plan = { lives: [first, { ending: { kind: "close" } as const }] };
  const scenario = programScenario(subject, mode, promise);
  const drawn = { trial: 0, seed: 3, workload: appends([3, 1]), plan, lie };
  return runPowerTrial({ scenario, fault, ...drawn, limits }, supervisor);
}

const failures = ({ history }: PowerTrialOutcome): readonly string[] =>
  history.events.flatMap((event) => (event.kind === "io-error" ? [event.failure] : []));

describe("a program whose sync fails", () => {
  test("may say so and stop: nothing acknowledged is lost, and on a disk that lies it is", async () => {
    const outcome = await fail("stops", "syncData#2:EIO");
    expect(outcome.record.problem).toBeUndefined();
    expect(outcome.record).toMatchObject({
      verdict: "held",
      ioErrors: { "syncData:EIO": 1 },
      ioErrorAnswers: { "syncData:EIO failed": 1 },
    });
    expect(failures(outcome)).toEqual(["syncData#2:EIO"]);
    expect(outcome.approximate).toEqual([]);
    expect(outcome.callCounts?.get("syncData")).toBe(3);
    const twin = await fail("stops", "syncData#2:EIO", { lie: true });
    expect(twin.record.verdict).toBe("violated");
  });

  test.each(["swallows", "retries"])("%s and acknowledges: convicted", async (mode) => {
    const { record } = await fail(mode, "syncData#3:EIO", { opensAtOnce: true });
    expect(record).toMatchObject({
      verdict: "violated",
      violations: [
        { guarantee: "nothing-lost", operations: [2] },
        { guarantee: "synced-before-acknowledged", operations: [2] },
      ],
      ioErrorAnswers: { "syncData:EIO acknowledged": 1 },
    });
  });

  test("may end: it has failed, and broken nothing", async () => {
    const { record, history } = await fail("exits", "syncData#2:ENOSPC");
    expect(record).toMatchObject({
      verdict: "held",
      ioErrors: { "syncData:ENOSPC": 1 },
      ioErrorAnswers: { "syncData:ENOSPC ended": 1 },
    });
    const answered = history.events.filter(({ kind }) => kind === "acknowledged");
    expect(answered).toHaveLength(2);
  });

  test("hangs: told as such", async () => {
    const { record } = await fail("hangs", "syncData#1:EIO");
    expect(record.verdict).toBe("inconclusive");
    expect(record.problem).toBe(
      "a recorded process did not end in time, after a call of its disk had failed",
    );
  });

  test("trusts, opened again, what it reads back: convicted", async () => {
    const { record } = await fail("sound", "sync#3:EIO", { subject: oneFileStore });
    expect(record.verdict).toBe("violated");
  });
});

describe("other calls", () => {
  test.each([
    ["open#1:EIO", "open:EIO refused"],
    ["rename#1:ENOSPC", "rename:ENOSPC refused"],
    ["syncDirectory#1:EIO", "syncDirectory:EIO refused"],
    ["write#2:ENOSPC", "write:ENOSPC failed"],
    ["syncData#1:slow", "syncData:slow acknowledged"],
  ])("fail as planned: %s, %s", async (failure, answer) => {
    // What is asked is whether it strikes and what is answered: a few disks show that nothing breaks.
    const outcome = await fail("stops", failure, { ending: "idle", statesMax: 12 });
    expect(outcome.record.problem).toBeUndefined();
    expect(outcome.record.verdict).toBe("held");
    expect(failures(outcome)).toEqual([failure]);
    expect(outcome.record.ioErrorAnswers).toEqual({ [answer]: 1 });
  });

  test("a module's fail too", async () => {
    const outcome = await fail("sound", "write#2:EIO", { subject: fsStore });
    expect(outcome.record.problem).toBeUndefined();
    expect(failures(outcome)).toEqual(["write#2:EIO"]);
  });
});

describe("what found nothing to strike", () => {
  test("is counted as not struck", async () => {
    const { record } = await fail("stops", "syncData#7:EIO");
    expect(record).toMatchObject({ verdict: "held", ioErrors: {} });
    expect(record.problem).toBe("not struck: no call was made that could fail so");
    expect((await fail("reads-only", "write#1:EIO")).record.ioErrors).toEqual({});
  });
});
