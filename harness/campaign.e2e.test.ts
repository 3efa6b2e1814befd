// Campaigns with real children: their events, their stop rule, their abort, and their refusals.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DirectoryResult, dir } from "tmp-promise";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { scenarios } from "../scenarios/registry.ts";
import type { CampaignEvent } from "./campaign/campaign-event.ts";
import type { CampaignOptions } from "./campaign/campaign-options.ts";
import { runCampaign } from "./campaign.ts";
import { systemClock } from "./clock.ts";

const SYNC = scenarios.filter(({ name }) => name === "wal/sync");
const PLANTED = scenarios.filter(({ name }) => name === "planted/ack-before-write");

describe("runCampaign", () => {
  let folder: DirectoryResult;
  let events: CampaignEvent[];
  let options: CampaignOptions;

  beforeEach(async () => {
    folder = await dir({ unsafeCleanup: true });
    events = [];
    options = {
      scenarios: SYNC,
      seed: 7,
      trials: 6,
      concurrency: 2,
      out: join(folder.path, "report"),
      onEvent: async (event) => {
        await Promise.resolve();
        events.push(event);
      },
    };
  });
  afterEach(() => folder.cleanup());

  function kinds(): string {
    return events.map(({ kind }) => kind).join(" ");
  }

  it("tells its events in order, and its share grows to the whole", async () => {
    const result = await runCampaign({ ...options, faults: ["kill"] });
    expect(kinds()).toBe(`started row-started ${"trial-ended ".repeat(6)}row-ended ended`);
    const shares = events.flatMap((event) => (event.kind === "trial-ended" ? [event.share] : []));
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
    expect(shares.at(-1)).toBe(1);
    expect(events.at(-1)).toEqual({ kind: "ended", result });
    expect(result.scenarios[0]).toMatchObject({ trials: 6, twin: { convicted: true } });
    expect(result.machine.containment).toBe("process group");
    expect(result.notes).toHaveLength(1);
  });

  it("stops a row after five violating trials, keeps an artifact each, and goes on with the next", async () => {
    const both = [...PLANTED, ...SYNC];
    const result = await runCampaign({
      ...options,
      scenarios: both,
      trials: 40,
      faults: ["kill:ack"],
    });
    const [planted, sync] = result.scenarios;
    expect(planted).toMatchObject({ verdict: "violated" });
    // The other of two lanes may end one more.
    expect([5, 6]).toContain(planted?.violatingTrials);
    const ids = [...new Set(planted?.violations.map(({ id }) => id))].sort();
    expect(readdirSync(join(folder.path, "report", "violations")).sort()).toEqual(ids);
    expect(ids).toHaveLength(planted?.violatingTrials ?? 0);
    expect(sync?.violatingTrials).toBe(0);
    expect(sync?.trials).toBeGreaterThan(0);
    expect(result.verdict).toBe("violated");
  });

  it("ends by an abort with what it has, saved", async () => {
    const abort = new AbortController();
    const result = await runCampaign({
      ...options,
      scenarios: [...SYNC, ...PLANTED],
      trials: 500,
      signal: abort.signal,
      onEvent: (event) => {
        events.push(event);
        if (events.filter(({ kind }) => kind === "trial-ended").length === 3) abort.abort();
      },
    });
    expect(result).toMatchObject({ complete: false, interrupted: true, verdict: "inconclusive" });
    expect(result.scenarios).toHaveLength(1);
    // Trials in flight when the abort came still count.
    expect([3, 4, 5]).toContain(result.scenarios[0]?.trials);
    const saved = readFileSync(join(folder.path, "report", "result.json"), "utf8");
    expect(JSON.parse(saved)).toEqual(result);
    expect(kinds()).toMatch(/row-ended ended$/);
  });

  it("is complete where the abort came after its last trial", async () => {
    const abort = new AbortController();
    const onEvent = (event: CampaignEvent): void => {
      if (event.kind === "row-ended") abort.abort();
    };
    const result = await runCampaign({
      ...options,
      faults: ["kill"],
      trials: 1,
      signal: abort.signal,
      onEvent,
    });
    expect(result).toMatchObject({ complete: true, interrupted: false });
  });

  it.each([
    ["goes on to a crash that it lacks where its share of the default time is over", 43_000, true],
    ["ends at twice its share without it", 100_000, false],
  ])("%s", async (_name, lateMs, isEnough) => {
    let passedMs = 0;
    const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + passedMs };
    const onEvent = (event: CampaignEvent): void => {
      if (event.kind === "trial-ended") passedMs = lateMs;
    };
    const { trials: _, ...byTime } = options;
    // Recordings are drawn from the seed alone: the first of these has no such crash, a later one has.
    const asking = SYNC.map((each) => ({ ...each, requiredStrata: ["truncate"] as const }));
    const late = {
      ...byTime,
      seed: 3,
      scenarios: asking,
      faults: ["power"],
      concurrency: 1,
      clock,
      onEvent,
    };
    const [row] = (await runCampaign(late)).scenarios;
    if (!isEnough) expect(row).toMatchObject({ trials: 1, verdict: "inconclusive" });
    else expect(row).toMatchObject({ verdict: "held", strata: { truncate: expect.any(Number) } });
  });

  it("ends a row of kills at the bound that was asked for", async () => {
    const { trials: _, ...byTime } = options;
    // 14 kills without a violation bound their share by 20 %, with 95 %; the other lane may end one more.
    const bounded = { ...byTime, timeLimitMs: 600_000, bound: 0.2, faults: ["kill:ack"] };
    const [row] = (await runCampaign(bounded)).scenarios;
    expect([14, 15]).toContain(row?.randomKills);
    expect(row?.upperBound95).toBeLessThan(0.2);
    const short = await runCampaign({ ...options, bound: 0.001, faults: ["kill:ack"] });
    expect(short.scenarios[0]?.reasons).toContainEqual(expect.stringContaining("asks for 2995"));
    expect(short.verdict).toBe("inconclusive");
  });

  it("asks for no overtime where the time was given", async () => {
    let passedMs = 0;
    const clock = { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + passedMs };
    const onEvent = (event: CampaignEvent): void => {
      if (event.kind === "trial-ended") passedMs = 50_000;
    };
    const { trials: _, ...byTime } = { ...options, timeLimitMs: 42_000, faults: ["kill:ack"] };
    const result = await runCampaign({ ...byTime, concurrency: 1, clock, onEvent });
    expect(result.scenarios[0]).toMatchObject({ trials: 1, verdict: "inconclusive" });
  });

  it("strikes with each of the scenario's own faults, and then kill is not alone", async () => {
    const result = await runCampaign({ ...options, trials: 2 });
    expect(result.scenarios.map(({ fault }) => fault)).toEqual(["kill", "power", "io-error"]);
    expect(result.notes).toEqual([]);
    const [killed, cut] = result.scenarios;
    expect(killed?.states).toBeNull();
    expect(cut).toMatchObject({ twin: { convicted: true }, randomKills: 0, upperBound95: null });
    expect(cut?.states?.distinct).toBeGreaterThan(50);
    expect(cut?.states?.judged).toBeGreaterThan(cut?.states?.visited ?? Infinity);
  });

  it("refuses what makes no sense before it writes anything", async () => {
    const refusals: [Partial<CampaignOptions>, string][] = [
      [{ bound: 1 }, "bad-option"],
      [{ scenarios: [] }, "nothing-to-run"],
      [{ trials: 0 }, "bad-option"],
      [{ concurrency: 1.5 }, "bad-option"],
      [{ faults: ["flood"] }, "unknown-fault"],
    ];
    for (const [change, code] of refusals) {
      await expect(runCampaign({ ...options, ...change })).rejects.toMatchObject({ code });
    }
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
