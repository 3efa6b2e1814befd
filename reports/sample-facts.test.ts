// What samples of kills say of all kills: their bounds, their fit, and how both are told.
import { describe, expect, it } from "vitest";
import type { SampledLosses } from "../harness/measurement.ts";
import type { CampaignResult } from "../harness/result.ts";
import { MEASURED_RESULT, MEASUREMENT } from "./fixtures/sample-measurement.ts";
import {
  fitText,
  losingText,
  quantileText,
  type SampleFacts,
  sampleFacts,
} from "./sample-facts.ts";

const UNIFORM = {
  law: [0.25, 0.25, 0.25, 0.25],
  lawSource: "killed after a drawn answer",
} as const;

function factsOf(sampled: Partial<SampledLosses>): SampleFacts {
  const sample = {
    drawn: "acknowledgement",
    kills: 0,
    counts: [],
    ...UNIFORM,
    ...sampled,
  } as const;
  const settings = MEASUREMENT.settings.slice(0, 1).map((each) => ({ ...each, sampled: [sample] }));
  const result: CampaignResult = { ...MEASURED_RESULT, measurement: { ...MEASUREMENT, settings } };
  const [facts] = sampleFacts(result);
  if (facts === undefined) throw new Error("no facts");
  return facts;
}

function counted(...kills: readonly number[]): Partial<SampledLosses> {
  const counts = kills.flatMap((each, records) => (each > 0 ? [{ records, kills: each }] : []));
  return { counts, kills: kills.reduce((sum, each) => sum + each, 0) };
}

describe("sampleFacts", () => {
  it("bounds the share that loses, and the quantiles of what is lost", () => {
    const facts = factsOf(counted(30, 30, 30, 30));
    expect(facts).toMatchObject({ kills: 120, losing: 90, most: 3 });
    expect(losingText(facts)).toBe("75.0 % (66.3 to 82.5)");
    expect(quantileText(facts.median)).toBe("1 (1 to 2)");
    expect(quantileText(facts.p99)).toMatch(/^3 \(3 to \?\)$/);
  });

  it("holds what was lost against the law", () => {
    expect(fitText(factsOf(counted(30, 30, 30, 30)))).toBe("p = 1.0");
    expect(fitText(factsOf(counted(100, 10, 5, 5)))).toBe("p < 0.001");
    expect(fitText(factsOf(counted(30, 30, 30, 30, 1)))).toMatch(/^no/);
    expect(fitText(factsOf({ ...counted(3, 1), law: null, lawSource: null }))).toBe("-");
  });

  it("is the same for the same result, also where the fit is simulated", () => {
    const few = counted(2, 1, 0, 4);
    expect(factsOf(few).fit?.method).toBe("simulated");
    expect(factsOf(few)).toEqual(factsOf(few));
  });

  it("leaves a sample without a kill out", () => {
    expect(() => factsOf({})).toThrow("no facts");
  });
});
