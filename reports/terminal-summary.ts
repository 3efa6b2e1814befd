// What a campaign prints at its end: the table, then what a reader has to know or do next.
import type {
  CampaignResult,
  NotRun,
  ScenarioResult,
  ViolationSummary,
} from "../harness/result.ts";
import { escapeText } from "./escape-text.ts";
import type { Paint } from "./paint.ts";
import { paintVerdict, renderTable } from "./terminal-table.ts";

const SENTENCE_LIMIT = 400;
const LEGEND =
  "at risk, lost: most acknowledged records at one crash; violations: trials (exact 95 % upper bound)";
const LEGEND_STATES =
  "crashes of a power cut: different disks that were recovered/verdicts on them at their crash points";
const LEGEND_CORRUPTIONS =
  "crashes of corrupt: changes to stores at rest; lost silently: within the stated limit of detection";
/** Violations of one scenario that are told here; result.json has the rest. */
const VIOLATIONS_TOLD = 5;

export interface SummaryOptions {
  readonly paint: Paint;
  /** The terminal's width in characters. */
  readonly columns: number;
  /** Where the report lies, as a path to print. */
  readonly out: string;
  /** True to leave out the table and what held. */
  readonly quiet: boolean;
}

/** The summary as text that ends with a line break. */
export function renderSummary(result: CampaignResult, options: SummaryOptions): string {
  const { paint, columns, quiet } = options;
  const failing = result.scenarios.filter((scenario) => scenario.verdict !== "held");
  const blocks = [
    quiet || result.scenarios.length === 0
      ? ""
      : `${renderTable(result.scenarios, paint, columns)}\n${paint.faint(legend(result))}`,
    ...failing.map((scenario) => renderFailing(scenario, paint)),
    ...result.scenarios
      .filter(({ findingTrials }) => findingTrials > 0)
      .map((scenario) => renderFindings(scenario, paint)),
    result.notRun.map((missing) => renderNotRun(missing)).join("\n"),
    quiet ? "" : result.notes.map((note) => `note: ${sentence(note)}`).join("\n"),
    renderEnd(result, options),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n`;
}

function legend({ scenarios }: CampaignResult): string {
  const built = scenarios.some(({ states }) => states !== null);
  const damaged = scenarios.some(({ corruptions }) => corruptions !== null);
  const more = [built ? [LEGEND_STATES] : [], damaged ? [LEGEND_CORRUPTIONS] : []];
  return [LEGEND, ...more.flat()].join("\n");
}

function renderFailing(scenario: ScenarioResult, paint: Paint): string {
  return [
    `${rowName(scenario, paint)}: ${paintVerdict(scenario.verdict, paint)}`,
    ...scenario.reasons.map((reason) => `  ${sentence(reason)}`),
    ...renderBroken(scenario.violations, paint.bad),
  ].join("\n");
}

/** What broke under a fault that only informs, or under which nothing is promised. */
function renderFindings(scenario: ScenarioResult, paint: Paint): string {
  const count = `${scenario.findingTrials} of ${scenario.trials} trials`;
  return [
    `${rowName(scenario, paint)}: findings, which set no verdict`,
    ...(Object.keys(scenario.findingCounts).length > 0
      ? [`  ${count} did what a store should not; ${countsText(scenario)}.`]
      : [`  ${count} broke a promise on a device that need not be so harsh.`]),
    ...renderBroken(scenario.findings, paint.unsure),
  ].join("\n");
}

/** Of all crashes that were judged, as the table counts them. */
function countsText({ findingCounts, states, crashes }: ScenarioResult): string {
  const told = Object.entries(findingCounts).sort(([, a], [, b]) => b - a);
  const texts = told.map(([guarantee, count]) => `${sentence(guarantee)} ${count}`);
  return `of ${states?.judged ?? crashes} verdicts: ${texts.join(", ")}`;
}

function rowName({ name, fault }: ScenarioResult, paint: Paint): string {
  return paint.strong(`${sentence(name)} (${sentence(fault)})`);
}

function renderBroken(broken: readonly ViolationSummary[], colour: Paint["bad"]): string[] {
  const told = broken.slice(0, VIOLATIONS_TOLD);
  const untold = broken.length - told.length;
  return [
    ...told.flatMap((violation) => renderViolation(violation, colour)),
    ...(untold > 0 ? [`  and ${untold} more in result.json`] : []),
  ];
}

function renderViolation(violation: ViolationSummary, colour: Paint["bad"]): string[] {
  const where = `trial ${violation.trial}, seed ${violation.seed}`;
  const { prevention } = violation;
  const replay = violation.replay ?? "no artifact was kept";
  return [
    `  ${colour(sentence(violation.guarantee))} (${where}): ${sentence(violation.message)}`,
    ...(prevention === undefined ? [] : [`    prevented by: ${sentence(prevention)}`]),
    `    replay: ${sentence(replay)}`,
  ];
}

function renderNotRun(missing: NotRun): string {
  const mend = missing.command === undefined ? "" : `; to mend it: ${sentence(missing.command)}`;
  return `not run: ${sentence(missing.fault)}: ${sentence(missing.reason)}${mend}`;
}

function renderEnd(result: CampaignResult, options: SummaryOptions): string {
  const { paint } = options;
  const seconds = (result.durationMs / 1000).toFixed(1);
  const state = result.interrupted ? ", interrupted" : result.complete ? "" : ", not complete";
  return [
    `verdict: ${paintVerdict(result.verdict, paint)}${state}, after ${seconds} s`,
    `report:  ${sentence(options.out)}`,
    `repeat:  ${sentence(result.command)}`,
  ].join("\n");
}

function sentence(text: string): string {
  return escapeText(text, SENTENCE_LIMIT);
}
