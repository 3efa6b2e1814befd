// What real kills of a measured setting lost, beside the law that the mode predicts.
import { axisX, axisY, dot, frame, gridY, lineY, rectY, ruleX, text } from "@observablehq/plot";
import type { Measurement } from "../../../harness/measurement.ts";
import { fitText, losingText, quantileText, type SampleFacts } from "../../sample-facts.ts";
import type { Chart, Drawing } from "../chart.ts";
import { countText } from "../number-text.ts";
import { wholeTicks } from "../whole-ticks.ts";

type Setting = Measurement["settings"][number];
type Sample = Setting["sampled"][number];

const CHARTS_LIMIT = 8;
const DRAWN_WORDS: { readonly [D in Sample["drawn"]]: string } = {
  acknowledgement: "killed after a drawn answer",
  moment: "killed at a drawn moment",
};

/** A chart for each sample of kills that lost something, or might have. */
export function sampledLosses(
  { settings }: Measurement,
  facts: readonly SampleFacts[],
): readonly Chart[] {
  const samples = settings.flatMap((setting, place) =>
    setting.sampled
      .filter((sample) => mostLost(sample, setting.allowedRecords.kill) > 0)
      .map((sample) => ({ setting, sample, place })),
  );
  return samples.slice(0, CHARTS_LIMIT).map(({ setting, sample, place }): Chart => {
    const allowed = setting.allowedRecords.kill;
    const limit = allowed === null ? "sets no number" : `may lose ${countText(allowed)}`;
    const { law, lawSource, kills } = sample;
    const predicted =
      law === null
        ? ""
        : ` Dots: what its law predicts${lawSource === null ? "" : ` (${lawSource})`}.`;
    return {
      id: `sampled-${place}-${sample.drawn}`,
      title: `Losses of ${setting.id}, ${DRAWN_WORDS[sample.drawn]}`,
      caption: `How many of ${countText(kills)} real kills lost so many acknowledged records; the mode ${limit}.${predicted}${boundsText(
        facts.find((fact) => fact.setting === setting.id && fact.drawn === sample.drawn),
      )}`,
      isSmall: true,
      draw: () => draw(sample, allowed),
      numbers: {
        caption: `Kills of ${setting.id} by what they lost`,
        columns: [
          { head: "lost", kind: "number" },
          { head: "kills", kind: "number" },
          { head: "predicted", kind: "number" },
        ],
        rows: lostRecords(sample).map((records) => {
          const seen = countOf(sample, records);
          const chance = law?.[records];
          const expected = chance === undefined ? undefined : chance * kills;
          return [
            { content: countText(records), value: records },
            { content: countText(seen), value: seen },
            { content: expected === undefined ? "-" : expected.toFixed(1), value: expected ?? -1 },
          ];
        }),
      },
    };
  });
}

function boundsText(fact: SampleFacts | undefined): string {
  if (fact === undefined) return "";
  const fit = fact.fit === null ? "" : ` Fit with the law: ${fitText(fact)}.`;
  return ` Lost something: ${losingText(fact)}; median ${quantileText(fact.median)}, 99 % ${quantileText(fact.p99)} records; in brackets bounds with 95 %.${fit}`;
}

function lostRecords({ counts, law }: Sample): readonly number[] {
  const told = new Set([...(law ?? []).keys(), ...counts.map(({ records }) => records)]);
  return [...told].sort((a, b) => a - b);
}

function countOf({ counts }: Sample, records: number): number {
  return counts.find((count) => count.records === records)?.kills ?? 0;
}

/** Losses that are drawn one by one; more of them share a bar. */
const BARS_LIMIT = 50;

interface Bar {
  readonly from: number;
  readonly to: number;
  readonly kills: number;
  /** Kills by the law. */
  readonly predicted: number | undefined;
}

function mostLost({ counts }: Sample, allowed: number | null): number {
  return Math.max(0, allowed ?? 0, ...counts.map(({ records }) => records));
}

function draw(sample: Sample, allowed: number | null): Drawing {
  const bars = barsOf(sample, allowed);
  const predicted = bars.flatMap((bar) =>
    bar.predicted === undefined ? [] : [{ at: (bar.from + bar.to) / 2, kills: bar.predicted }],
  );
  const top = 1.25 * Math.max(1, ...[...bars, ...predicted].map(({ kills }) => kills));
  return {
    height: 260,
    marginLeft: 48,
    marginTop: 30,
    marginBottom: 40,
    y: { domain: [0, top] },
    marks: [
      frame({ strokeOpacity: 0.25 }),
      gridY({ ticks: wholeTicks(top), strokeOpacity: 0.12 }),
      axisX({ label: "records that were lost", ticks: wholeTicks(mostLost(sample, allowed)) }),
      axisY({
        label: "kills",
        ticks: wholeTicks(top),
        tickFormat: (count: number) => countText(count),
      }),
      rectY(bars, {
        x1: "from",
        x2: "to",
        y: "kills",
        fill: "var(--series-1)",
        fillOpacity: 0.75,
        insetLeft: 0.5,
        insetRight: 0.5,
      }),
      lineY(predicted, { x: "at", y: "kills", stroke: "var(--series-2)", strokeWidth: 1 }),
      dot(predicted, { x: "at", y: "kills", fill: "var(--series-2)", r: 2 }),
      ...(allowed === null ? [] : limitMarks(allowed)),
    ],
  };
}

function limitMarks(allowed: number): NonNullable<Drawing["marks"]> {
  return [
    ruleX([allowed + 0.5], { stroke: "var(--bad)", strokeDasharray: "5 3", strokeWidth: 1.5 }),
    text([allowed + 0.5], {
      x: (at: number) => at,
      frameAnchor: "top",
      text: () => `may lose ${countText(allowed)}`,
      textAnchor: "end",
      dx: -4,
      dy: 4,
      fill: "var(--bad)",
    }),
  ];
}

/** Each covers its records from half a record before to half a record behind. */
function barsOf(sample: Sample, allowed: number | null): readonly Bar[] {
  const most = mostLost(sample, allowed);
  const width = Math.ceil((most + 1) / BARS_LIMIT);
  return Array.from({ length: Math.ceil((most + 1) / width) }, (_, bar) => {
    const first = bar * width;
    const records = Array.from({ length: width }, (_each, index) => first + index);
    const chances = records.flatMap((record) => sample.law?.[record] ?? []);
    const kills = records.reduce((sum, record) => sum + countOf(sample, record), 0);
    const predicted =
      sample.law === null
        ? undefined
        : chances.reduce((sum, chance) => sum + chance, 0) * sample.kills;
    return { from: first - 0.5, to: first + width - 0.5, kills, predicted };
  });
}
