// The files that are rendered of a result, for a campaign's end and for `ackproof report`.
import type { ReportFile } from "../harness/campaign/report-directory.ts";
import type { CampaignResult } from "../harness/result.ts";
import { renderHtml } from "./html/render-html.ts";
import { renderJunit } from "./junit.ts";
import { measurementFiles } from "./measurement-csv.ts";
import { reportModel } from "./report-model.ts";
import { renderMarkdown } from "./summary-markdown.ts";

/** Of one result always the same bytes. */
export function reportFiles(result: CampaignResult): readonly ReportFile[] {
  const model = reportModel(result);
  return [
    { name: "index.html", text: renderHtml(result) },
    { name: "junit.xml", text: renderJunit(model) },
    { name: "summary.md", text: renderMarkdown(model) },
    ...dataFiles(result),
  ];
}

function dataFiles(result: CampaignResult): readonly ReportFile[] {
  if (result.measurement === undefined) return [];
  return Object.entries(measurementFiles(result)).map(([name, text]) => ({
    name: `measurement/${name}` as const,
    text,
  }));
}
