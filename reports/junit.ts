// junit.xml: the campaign as CI servers read it, a test case for each scenario and fault.
import { escapeText } from "./escape-text.ts";
import { escapeXml } from "./escape-xml.ts";
import type { ReportModel, ToldNotRun } from "./report-model.ts";
import type { ReportRow, ToldViolation } from "./report-row.ts";

/** Violations of one row that are told; the others are counted. */
const VIOLATIONS_TOLD = 20;
/** Of every case: servers follow a case from run to run by its class and its name. */
const CLASS_NAME = "ackproof";
const NAME_LIMIT = 200;

type Attributes = { readonly [name: string]: string | number };

/** A test case: what became of it is empty where it passed. */
interface Case {
  readonly name: string;
  readonly seconds: string;
  readonly outcome: "passed" | "failure" | "error" | "skipped";
  readonly element: string;
}

/**
 * Keeps to what the schema of Ant's JUnit task and that of Jenkins's xUnit plugin both take, so there is one
 * failure a case, and output of the suite alone. `violated` is a failure, `inconclusive` an error, what could not
 * run is skipped. A campaign that did not end, or ran nothing, has a case of its own that is an error.
 */
export function renderJunit(model: ReportModel): string {
  const { result } = model;
  const cases = [
    ...model.rows.map(rowCase),
    ...measuredCases(model),
    ...model.notRun.map(skippedCase),
    ...unproved(model),
  ];
  const count = (outcome: Case["outcome"]): number =>
    cases.filter((one) => one.outcome === outcome).length;
  const attributes = {
    name: "ackproof",
    package: "ackproof",
    id: 0,
    hostname: "localhost",
    // Without a zone: the schema of Ant's task allows none.
    timestamp: result.startedAt.slice(0, "2026-01-02T03:04:05".length),
    time: seconds(result.durationMs),
    tests: cases.length,
    failures: count("failure"),
    errors: count("error"),
    skipped: count("skipped"),
  };
  const suite = element("testsuite", attributes, [
    element("properties", {}, model.facts.map(property)),
    ...cases.map(caseElement),
    textElement("system-out", {}, outputLines(model)),
    textElement("system-err", {}, []),
  ]);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element("testsuites", {}, [suite])}\n`;
}

function rowCase(row: ReportRow): Case {
  const name = `${row.fault} for ${row.name}`;
  const time = seconds(row.durationMs ?? 0);
  switch (row.verdict) {
    case "held":
    case "measured":
      return { name, seconds: time, outcome: "passed", element: "" };
    case "violated":
      return { name, seconds: time, outcome: "failure", element: failure(row) };
    case "inconclusive":
      return { name, seconds: time, outcome: "error", element: inconclusive(row.reasons) };
  }
}

/** Of a measurement: a setting has numbers and no verdict. */
function measuredCases({ result }: ReportModel): readonly Case[] {
  return (result.measurement?.settings ?? []).map(({ id }) => {
    const name = `measure ${escapeText(id, NAME_LIMIT)}`;
    return { name, seconds: seconds(0), outcome: "passed", element: "" };
  });
}

function failure({ violations, reasons }: ReportRow): string {
  const [first] = violations;
  const message = first?.message ?? reasons[0] ?? "a promise was broken";
  const told = violations.slice(0, VIOLATIONS_TOLD).flatMap(violationLines);
  const untold = violations.length - VIOLATIONS_TOLD;
  const more = untold > 0 ? [`and ${untold} more in result.json`] : [];
  const attributes = { type: first?.guarantee ?? "violated", message };
  return textElement("failure", attributes, [...reasons, ...told, ...more]);
}

function violationLines(violation: ToldViolation): readonly string[] {
  const { guarantee, where, message, prevention, replay, explanation } = violation;
  return [
    `${guarantee} (${where}): ${message}`,
    ...explanation.map((line) => `  ${line}`),
    ...(prevention === null ? [] : [`  prevented by: ${prevention}`]),
    `  replay: ${replay ?? "no artifact was kept"}`,
  ];
}

function inconclusive(reasons: readonly string[]): string {
  const attributes = { type: "inconclusive", message: reasons[0] ?? "no reason was given" };
  return textElement("error", attributes, reasons);
}

function skippedCase({ fault, why }: ToldNotRun): Case {
  const skipped = textElement("skipped", { message: why }, []);
  return { name: fault, seconds: seconds(0), outcome: "skipped", element: skipped };
}

/** What no row says: that rows are missing. */
function unproved({ rows, result, ending }: ReportModel): readonly Case[] {
  const something = rows.length > 0 || (result.measurement?.settings.length ?? 0) > 0;
  if (result.complete && something) return [];
  const reason = result.complete
    ? "Nothing was run, so nothing was shown."
    : `The campaign did not come to its end: ${ending}.`;
  const name = "the campaign comes to its end";
  return [{ name, seconds: seconds(0), outcome: "error", element: inconclusive([reason]) }];
}

/** What a reader of a passed suite has to know. */
function outputLines(model: ReportModel): readonly string[] {
  const measured = model.rows.filter(({ verdict }) => verdict === "measured");
  return [
    `verdict: ${model.verdict}, ${model.ending}`,
    `repeat: ${model.command}`,
    ...measured.flatMap(({ heading, reasons }) => [`${heading}: measured`, ...reasons]),
    ...model.rows.flatMap(({ heading, findings }) =>
      findings === null
        ? []
        : [
            `${heading}: findings, which set no verdict`,
            findings.summary,
            ...findings.told.slice(0, VIOLATIONS_TOLD).flatMap(violationLines),
          ],
    ),
    ...model.notes.map((note) => `note: ${note}`),
  ];
}

function caseElement({ name, seconds: time, element: outcome }: Case): string {
  const attributes = { name: name.trim() || "unnamed", classname: CLASS_NAME, time };
  return element("testcase", attributes, outcome === "" ? [] : [outcome]);
}

function property({ name, value }: ReportModel["facts"][number]): string {
  return element("property", { name, value }, []);
}

/** Three decimals are what the schema of the xUnit plugin takes. */
function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}

function element(name: string, attributes: Attributes, children: readonly string[]): string {
  if (children.length === 0) return `<${name}${attributeText(attributes)}/>`;
  return [`<${name}${attributeText(attributes)}>`, ...children, `</${name}>`].join("\n");
}

function textElement(name: string, attributes: Attributes, lines: readonly string[]): string {
  return `<${name}${attributeText(attributes)}>${escapeXml(lines.join("\n"))}</${name}>`;
}

function attributeText(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join("");
}
