// What a sample of real kills says of all kills: shares and quantiles with their bounds, and whether it fits its law.
import type { MeasuredSetting, SampledLosses } from "../harness/measurement.ts";
import type { CampaignResult } from "../harness/result.ts";
import { type RandomStream, stream } from "../harness/seed.ts";
import { binomialInterval, type Interval } from "./statistics/binomial-interval.ts";
import { countedSample } from "./statistics/counted-sample.ts";
import { type FitTest, fitTest } from "./statistics/goodness-of-fit.ts";
import { type QuantileBounds, quantileBounds } from "./statistics/quantile-bounds.ts";

/** All bounds hold with 95 %. */
export interface SampleFacts {
  readonly setting: string;
  readonly drawn: SampledLosses["drawn"];
  readonly kills: number;
  /** Kills that lost something, and the share of all kills that would. */
  readonly losing: number;
  readonly losingShare: Interval;
  /** In records; `null` for a bound that so few kills cannot give. */
  readonly median: QuantileBounds;
  readonly p99: QuantileBounds;
  readonly most: number;
  /** What the mode allows; `null` where it sets no number. */
  readonly allowed: number | null;
  /** Against the law of the mode; `null` where there is none. */
  readonly fit: FitTest | null;
}

/** Of each sample of each setting, in their order; a fit that has to be simulated draws from the result's seed. */
export function sampleFacts({ measurement, seed }: CampaignResult): readonly SampleFacts[] {
  const random = stream(seed, "fit of losses");
  return (measurement?.settings ?? []).flatMap((setting) =>
    setting.sampled
      .filter(({ kills }) => kills > 0)
      .map((sample) => factsOf(setting, sample, random)),
  );
}

function factsOf(
  { id, allowedRecords }: MeasuredSetting,
  { drawn, kills, counts, law }: SampledLosses,
  random: RandomStream,
): SampleFacts {
  const sample = countedSample(counts.map((each) => ({ value: each.records, count: each.kills })));
  const losing = kills - (counts.find(({ records }) => records === 0)?.kills ?? 0);
  return {
    setting: id,
    drawn,
    kills,
    losing,
    losingShare: binomialInterval(losing, kills),
    median: quantileBounds(sample, 0.5),
    p99: quantileBounds(sample, 0.99),
    most: counts.at(-1)?.records ?? 0,
    allowed: allowedRecords.kill,
    fit: law === null ? null : fitTest(byOutcome(counts), law, random),
  };
}

function byOutcome(counts: SampledLosses["counts"]): readonly number[] {
  const seen: number[] = [];
  for (const { records, kills } of counts) seen[records] = kills;
  return Array.from(seen, (kills) => kills ?? 0);
}

/** `62.0 % (48.1 to 74.3)`. */
export function losingText({ losing, kills, losingShare }: SampleFacts): string {
  return `${percent(losing / kills)} % (${percent(losingShare.low)} to ${percent(losingShare.high)})`;
}

function percent(share: number): string {
  return (share * 100).toFixed(1);
}

/** `49 (38 to 61)`; `?` for a bound that is not to be had. */
export function quantileText({ estimate, low, high }: QuantileBounds): string {
  return `${estimate} (${low ?? "?"} to ${high ?? "?"})`;
}

/** `p = 0.43`, or why there is none. */
export function fitText({ fit }: SampleFacts): string {
  if (fit === null) return "-";
  if (fit.method === "impossible") return "no: a loss it gives no chance";
  return fit.pValue < 0.001 ? "p < 0.001" : `p = ${fit.pValue.toPrecision(2)}`;
}
