// The window of recoveries: in order, no more at once than allowed, equal states once, nothing left behind.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import type { CrashVisit } from "../disk/crash-space.ts";
import { type OwnRecovery, RecoveryWindow } from "./recovery-window.ts";
import { StopWatch } from "./stop-watch.ts";

/** Only the key and the interval of a visit are looked at here. */
function visits(keys: string): readonly CrashVisit[] {
  return Array.from(keys, (key, at) =>
    Object.assign(Object.create(null), { key, first: at, last: at }),
  );
}

interface Tried {
  readonly begun: string[];
  readonly discarded: string[];
  readonly most: () => number;
  readonly window: RecoveryWindow;
}

function tried(atOnce: number, fails = ""): Tried {
  const [begun, discarded]: [string[], string[]] = [[], []];
  let [now, most] = [0, 0];
  const recover = async ({ key }: CrashVisit): Promise<OwnRecovery> => {
    begun.push(key);
    now += 1;
    most = Math.max(most, now);
    // The earlier ones take longer.
    await sleep(20 - begun.length);
    now -= 1;
    if (key === fails) throw new Error(`no ${key}`);
    const state = {
      findings: [],
      recoverAgain: () => Promise.reject(new Error("not asked")),
      writeOn: () => Promise.reject(new Error("not asked")),
      discard: () => void discarded.push(key),
    };
    return { state, follows: false, nests: false };
  };
  const window = new RecoveryWindow({ atOnce, recover, watch: new StopWatch(undefined) });
  return { begun, discarded, most: () => most, window };
}

test("visits come back in their order, and equal ones are recovered once", async () => {
  const { begun, discarded, most, window } = tried(3);
  const seen: string[] = [];
  for await (const { visit, own } of window.through(visits("aabcaddb"))) {
    seen.push(own === undefined ? visit.key : visit.key.toUpperCase());
  }
  expect(seen.join("")).toBe("AaBCaDdb");
  expect(begun.join("")).toBe("abcd");
  expect([...discarded].sort().join("")).toBe("abcd");
  expect(most()).toBeGreaterThan(1);
  expect(most()).toBeLessThanOrEqual(3);
});

test("who stops early waits for what is under way, and it is discarded", async () => {
  const { begun, discarded, window } = tried(3);
  for await (const { visit } of window.through(visits("abcdef"))) {
    if (visit.key === "b") break;
  }
  expect(begun.length).toBeGreaterThan(2);
  expect([...discarded].sort()).toEqual([...begun].sort());
});

test("a recovery that fails is thrown where its visit comes", async () => {
  const { window } = tried(2, "b");
  const all = async (): Promise<void> => {
    for await (const { visit } of window.through(visits("abb"))) expect(visit.key).toBe("a");
  };
  await expect(all()).rejects.toThrow("no b");
});
