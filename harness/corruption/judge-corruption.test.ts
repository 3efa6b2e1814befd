// Tests of judging corruption, on a store of lines: each end is met, and each way of failing is convicted.
import { describe, expect, test } from "vitest";
import { corruptImage } from "../disk/corruption.ts";
import { everyCorruption } from "../disk/corruption-draw.ts";
import { corruptionText, parseCorruption } from "../disk/corruption-text.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import { faultKind } from "../history/allowance.ts";
import { runCorruptionTrial } from "./corruption-trial.ts";
import { type LineStoreFlaw, lineStore } from "./fixtures/line-store.ts";
import { CorruptionJudge } from "./judge-corruption.ts";
import { writeAtRest } from "./write-at-rest.ts";

const promise: StorePromise = {
  kill: { records: 0 },
  power: { records: 0 },
  barriers: ["append"],
  batchesAtomic: false,
  ordered: true,
  lsns: true,
  corruption: { damageCodes: ["damaged"], silentLoss: ["behind-last-proof"] },
};

const append = { kind: "append", size: 20 } as const;
const workload = { seed: 3, options: {}, lives: [[append, append, append]] };
const LINE_BYTES = 8 + 1 + 1 + 1 + 40 + 1;

async function judgeOf(flaw: LineStoreFlaw = {}): Promise<CorruptionJudge> {
  const store = { subject: lineStore(flaw), options: { mode: "sync" } };
  return CorruptionJudge.of(await writeAtRest(store, workload), promise);
}

const at = (line: number): number => line * LINE_BYTES + 20;
const flip = (line: number) => parseCorruption(`flip /store/lines 0x${at(line).toString(16)}.0`);

describe("a store that notices", () => {
  test("damage before a proof is noticed, damage of the last record is lost within the limit", async () => {
    const judge = await judgeOf();
    expect(judge.problem).toBeUndefined();
    expect(await judge.judge(flip(0))).toMatchObject({ end: "noticed", violations: [] });
    expect(await judge.judge(flip(1))).toMatchObject({ end: "noticed" });
    expect(await judge.judge(flip(2))).toMatchObject({ end: "lost-silently", lost: [2] });
  });

  test("a file that grew or is gone is harmless or a loss that nothing speaks of", async () => {
    const judge = await judgeOf();
    const grown = await judge.judge(parseCorruption("lengthen /store/lines 40 zeros"));
    expect(grown).toMatchObject({ end: "harmless", lost: [] });
    const gone = await judge.judge(parseCorruption("remove /store/lines"));
    expect(gone).toMatchObject({ end: "lost-silently", lost: [0, 1, 2] });
  });

  test("the history tells the corruption, so that it can be done again", async () => {
    const { history } = await (await judgeOf()).judge(flip(2));
    const crash = history.events.find((event) => event.kind === "crash");
    const text = crash?.kind === "crash" ? crash.fault : "";
    expect(faultKind(text)).toBe("corrupt");
    expect(parseCorruption(text.slice("corrupt:".length))).toEqual(flip(2));
  });

  test("no corruption of any kind convicts it", async () => {
    const judge = await judgeOf();
    for (const kind of ["flip", "cut", "zero", "remove"] as const) {
      for (const corruption of everyCorruption(judge.image, kind)) {
        const { violations } = await judge.judge(corruption);
        expect(violations, corruptionText(corruption)).toEqual([]);
      }
    }
  });
});

test.each<[LineStoreFlaw, number, string]>([
  [{ trusts: true }, 0, "nothing-invented"],
  [{ silent: true }, 0, "damage-noticed"],
  [{ silent: true }, 1, "damage-noticed"],
  [{ vague: true }, 0, "recovery-succeeds"],
  [{ greedy: true }, 2, "recovery-succeeds"],
])("%j, line %i: %s", async (flaw, line, guarantee) => {
  const { end, violations } = await (await judgeOf(flaw)).judge(flip(line));
  expect(end).toBe("violated");
  expect(violations[0]?.guarantee).toBe(guarantee);
});

test("a store that does not come back undamaged proves nothing", async () => {
  const subject = { ...lineStore(), recover: () => [] };
  const store = { subject, options: { mode: "sync" } };
  const judge = await CorruptionJudge.of(await writeAtRest(store, workload), promise);
  expect(judge.problem).toContain("undamaged: append 0");
  const plan = { ends: [], kinds: ["flip" as const], seed: 1, count: 3 };
  const outcome = await runCorruptionTrial({ store, workload, promise, plan });
  expect(outcome).toMatchObject({ verdict: "inconclusive", problem: judge.problem });
});

describe("a violation is told by the least damage that shows it", () => {
  const trusting = { subject: lineStore({ trusts: true }), options: { mode: "sync" } };

  test.each([
    ["flip", /^flip \/store\/lines 0x[0-9a-f]+\.\d$/],
    ["cut", /^cut \/store\/lines \d+$/],
  ] as const)("%s", async (kind, text) => {
    for (let seed = 1; seed <= 4; seed += 1) {
      const plan = { ends: [], kinds: [kind], seed, count: 64 };
      const outcome = await runCorruptionTrial({ store: trusting, workload, promise, plan });
      const { violated, damaged } = outcome;
      expect(violated?.violations.length).toBeGreaterThan(0);
      expect(violated === undefined ? "" : corruptionText(violated.corruption)).toMatch(text);
      const judge = await CorruptionJudge.of(await writeAtRest(trusting, workload), promise);
      const again = violated && (await judge.judge(violated.corruption));
      expect(again?.violations).toEqual(violated?.violations);
      expect(damaged).toEqual(violated && corruptImage(judge.image, violated.corruption));
    }
  });
});
