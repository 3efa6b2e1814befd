// What each kill of a scenario lost, against what it was allowed to lose.
import { axisX, axisY, barY, dot, frame, gridY, line, text } from "@observablehq/plot";
import type { LossCount, ScenarioResult } from "../../../harness/result.ts";
import type { Chart, Drawing } from "../chart.ts";
import { countText } from "../number-text.ts";
import { wholeTicks } from "../whole-ticks.ts";

/** Charts of this kind in one page. */
const CHARTS_LIMIT = 8;

/** A chart for each scenario of which some kill lost something, or might have. */
export function lossesOfKills(scenarios: readonly ScenarioResult[]): readonly Chart[] {
  const rows = scenarios.flatMap((row, place) => {
    const losses = row.losses ?? [];
    const tells = losses.some(({ lost, allowed }) => lost > 0 || (allowed ?? 0) > 0);
    return tells ? [{ row, place, losses }] : [];
  });
  return rows.slice(0, CHARTS_LIMIT).map(({ row, place, losses }) => {
    const { name, fault } = row;
    const numbered = losses.filter(({ allowed }) => allowed !== null);
    const isNumbered = numbered.length > 0;
    return {
      id: `losses-${place}`,
      title: `Losses of ${name} (${fault})`,
      caption: isNumbered
        ? "Each circle: crashes that were allowed to lose so many records and lost so many; its area grows with their number. On the line all that is allowed was lost, above it a promise would be broken."
        : "How many crashes lost so many acknowledged records; the mode sets no number for what may be lost behind the last barrier.",
      isSmall: true,
      draw: () => (isNumbered ? drawAllowed(numbered) : drawLost(losses)),
      numbers: {
        caption: `Crashes of ${name} by what they lost`,
        columns: [
          { head: "lost", kind: "number" },
          { head: "allowed", kind: "number" },
          { head: "crashes", kind: "number" },
        ],
        rows: losses.map(({ lost, allowed, crashes }) => [
          { content: countText(lost), value: lost },
          { content: allowed === null ? "all at risk" : countText(allowed), value: allowed ?? -1 },
          { content: countText(crashes), value: crashes },
        ]),
      },
    };
  });
}

function drawAllowed(losses: readonly LossCount[]): Drawing {
  const most = Math.max(1, ...losses.flatMap(({ lost, allowed }) => [lost, allowed ?? 0]));
  const top = most * 1.08;
  return {
    height: 300,
    marginLeft: 48,
    marginTop: 30,
    marginBottom: 40,
    x: { domain: [-most * 0.06, top] },
    y: { domain: [-most * 0.06, top] },
    r: { range: [0, Math.max(2.5, Math.min(11, 130 / (most + 1)))] },
    marks: [
      frame({ strokeOpacity: 0.25 }),
      gridY({ ticks: wholeTicks(most), strokeOpacity: 0.12 }),
      axisX({ label: "records that may be lost", ticks: wholeTicks(most), tickFormat: countText }),
      axisY({ label: "records that were lost", ticks: wholeTicks(most), tickFormat: countText }),
      line(
        [
          { x: 0, y: 0 },
          { x: top, y: top },
        ],
        { x: "x", y: "y", strokeDasharray: "5 3", stroke: "var(--bad)" },
      ),
      dot(losses, {
        x: "allowed",
        y: "lost",
        r: "crashes",
        fill: "var(--series-1)",
        fillOpacity: 0.45,
        stroke: "var(--series-1)",
        strokeWidth: 0.7,
      }),
      text([{ x: 0, y: most }], {
        x: "x",
        y: "y",
        text: () => "the limit is dashed",
        textAnchor: "start",
        fill: "var(--bad)",
      }),
    ],
  };
}

/** Bars of one chart; where losses reach further, each stands for several. */
const BARS_LIMIT = 60;

function drawLost(losses: readonly LossCount[]): Drawing {
  const most = Math.max(...losses.map(({ lost }) => lost));
  const width = Math.ceil((most + 1) / BARS_LIMIT);
  const crashes = new Map<number, number>();
  for (const loss of losses) {
    const bar = Math.floor(loss.lost / width) * width;
    crashes.set(bar, (crashes.get(bar) ?? 0) + loss.crashes);
  }
  const bars = Array.from({ length: Math.floor(most / width) + 1 }, (_, place) => ({
    lost: place * width,
    crashes: crashes.get(place * width) ?? 0,
  }));
  const ticks = wholeTicks(Math.max(1, ...crashes.values()));
  const every = Math.ceil(bars.length / 10);
  return {
    height: 300,
    marginLeft: 48,
    marginTop: 30,
    marginBottom: 40,
    x: { type: "band", domain: bars.map(({ lost }) => lost), padding: 0.15 },
    marks: [
      frame({ strokeOpacity: 0.25 }),
      gridY({ ticks, strokeOpacity: 0.12 }),
      axisX({
        label:
          width === 1
            ? "records that were lost"
            : `records that were lost, ${countText(width)} a bar`,
        ticks: bars.flatMap(({ lost }, place) => (place % every === 0 ? [lost] : [])),
      }),
      axisY({ label: "crashes", ticks, tickFormat: (count: number) => countText(count) }),
      barY(bars, { x: "lost", y: "crashes", fill: "var(--series-1)" }),
    ],
  };
}
