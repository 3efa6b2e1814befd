// The charts of the page, each only where there is data for it.
import type { CampaignResult } from "../../harness/result.ts";
import { sampleFacts } from "../sample-facts.ts";
import type { Chart } from "./chart.ts";
import { callersCharts } from "./charts/callers.ts";
import { convictions } from "./charts/convictions.ts";
import { latencyAgainstRisk } from "./charts/latency-against-risk.ts";
import { lossesOfKills } from "./charts/losses-of-kills.ts";
import { riskOverTime } from "./charts/risk-over-time.ts";
import { sampledLosses } from "./charts/sampled-losses.ts";
import { renderFigure } from "./figure.ts";
import { html, type Markup } from "./markup.ts";

/** Nothing where no chart has data. */
export function renderChartsSection(result: CampaignResult): Markup | undefined {
  const charts = chartsOf(result);
  if (charts.length === 0) return undefined;
  return html`<section aria-labelledby="charts">
<h2 id="charts">Charts</h2>
<div class="figures">
${charts.map(renderFigure)}</div>
</section>
`;
}

function chartsOf(result: CampaignResult): readonly Chart[] {
  const { measurement, scenarios } = result;
  const measured =
    measurement === undefined
      ? []
      : [
          riskOverTime(measurement),
          latencyAgainstRisk(measurement),
          ...callersCharts(measurement),
          ...sampledLosses(measurement, sampleFacts(result)),
        ];
  const charts = [...measured, ...lossesOfKills(scenarios), convictions(scenarios)];
  return charts.filter((chart) => chart !== undefined);
}
