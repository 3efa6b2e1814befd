// Renders docs/stores.md: store x setting x fault -> what was promised, lost and judged. Pure.
import type { CampaignResult, ScenarioResult } from "../../harness/result.ts";
import { ioErrorTable } from "./io-error-table.ts";
import type { Store } from "./requested-run.ts";
import { isInconclusive, lossText, profileText, verdictText } from "./row-cells.ts";

/** What was found out by hand of something that the harness convicted. */
export interface Finding {
  /** Names of the stores' scenarios. */
  readonly stores: readonly string[];
  /** Faults that convict, as text. */
  readonly faults: readonly string[];
  readonly title: string;
  /** The state, and what it means, in words. */
  readonly explanation: string;
  /** Addresses of what was known before. */
  readonly known: readonly string[];
  /** Met with some seeds only: told also where this run did not meet it. */
  readonly rare?: boolean;
}

/** What the page is made from. */
export interface StoresRun {
  readonly stores: readonly Store[];
  /** One for each fault, or one for all. */
  readonly results: readonly CampaignResult[];
  /** By adapter. */
  readonly versions: { readonly [adapter: string]: string };
  readonly findings: readonly Finding[];
}

/** A cell of what one store's rows came to. */
interface Column {
  readonly title: string;
  readonly cell: (rows: Rows) => string;
}

/** A store's rows of the result, by fault. */
interface Rows {
  readonly kill: ScenarioResult | undefined;
  readonly power: ScenarioResult | undefined;
}

const COLUMNS: readonly Column[] = [
  { title: "killed", cell: ({ kill }) => verdictText(kill?.verdict) },
  { title: "lost of at risk", cell: ({ kill }) => lossText(kill) },
  { title: "power cut, portable (posix)", cell: ({ power }) => profileText(power, "posix") },
  { title: "on ext4", cell: ({ power }) => profileText(power, "ext4") },
  { title: "lost of at risk", cell: ({ power }) => lossText(power) },
];

const INTRODUCTION = `# Stores that people use

<!-- Written by npm run stores -- --page; do not edit. -->

What each store promises in its own documentation, and what became of that when its process was killed, when its power was cut and when a call of its disk failed.
Written by \`npm run stores -- --all\` and \`npm run stores -- --page\`, from these runs:
`;

const LEGEND = `- *promise*: what may be lost of what was acknowledged, as the linked page says it; "anything" where the page says that the data
  may be corrupted, or does not speak of such a failure.
- *killed*: SIGKILL to all of its processes, which proves nothing about fsync. *portable*: on any disk that POSIX allows; *on ext4*: as ext4
  with its default options leaves it ([crash-model.md](crash-model.md)). The promise is judged on ext4, no page names a file system.
- *lost of at risk*: the most acknowledged records that one crash lost, and the most that one found without a promise: the risk window.
  A recording is left at the first promise that is broken, so a conviction may stand beside "0 of 0".
- *Records, not times*: a promise in milliseconds (Redis \`everysec\`, PostgreSQL \`off\`) is judged in milliseconds where a process is killed. A recording under
  \`strace\` makes each call slower, and its times would flatter a store that syncs by the clock: it is judged as "what follows the last barrier",
  and no number of milliseconds is drawn from it. What was lost of those rows is what was written between two syncs of that slower run.
- *Another boot*: a store that asks which boot of the machine it runs in (lmdb-js does) is shown another behind a power cut.
- *Seeds*: crashes are a sample of those that are legal. A conviction is one disk that was met; "held" and "measured" say that none was met in this run.
- *measured*: that any record survives is not promised, so none was held against it. *inconclusive*: a proof is missing; it is told below the table.
  \`-\`: not run.`;

/** The whole page. */
export function storesPage({ stores, results, versions, findings }: StoresRun): string {
  const scenarios = results.flatMap((result) => result.scenarios);
  const notRun = results.flatMap((result) => result.notRun);
  const rows = stores.filter(({ name }) => scenarios.some((row) => row.name === name));
  const columns = COLUMNS.map(({ title }) => title);
  const table = [
    ["store and setting", "promise: killed", "promise: power cut", ...columns, "version"],
    ["---", "---", "---", ...columns.map(() => "---"), "---"],
    ...rows.map((store) => [
      `[${store.name}](${store.page})`,
      allowanceText(store.promise.kill),
      allowanceText(store.promise.power),
      ...COLUMNS.map(({ cell }) => cell(rowsOf(scenarios, store.name))),
      versions[store.adapter] ?? "-",
    ]),
  ].map((cells) => `| ${cells.join(" | ")} |`);
  return [
    INTRODUCTION,
    ...results.map(aboutText),
    "",
    LEGEND,
    "",
    ...table,
    "",
    ...notRun.map(({ fault, reason }) => `- \`${fault}\` was not run: ${reason}.`),
    ...scenarios.filter(isInconclusive).map(reasonsText),
    ...scenarios.flatMap(countsText),
    "",
    ...ioErrorTable(stores, scenarios),
    "## In the pages' words, in ours",
    "",
    ...rows.map(({ name, says, page }) => `- [${name}](${page}): ${says}.`),
    "",
    ...findingsText(scenarios, findings),
  ]
    .join("\n")
    .replaceAll("\n\n\n", "\n\n");
}

function rowsOf(scenarios: readonly ScenarioResult[], name: string): Rows {
  const row = (fault: string): ScenarioResult | undefined =>
    scenarios.find((each) => each.name === name && each.fault === fault);
  return { kill: row("kill"), power: row("power") };
}

function aboutText({ ackproof, machine, seed, startedAt, scenarios }: CampaignResult): string {
  const { containment, node, platform, release } = machine;
  const where = `Node ${node}, ${platform} ${release}, ${containment}`;
  const faults = [...new Set(scenarios.map(({ fault }) => `\`${fault}\``))].join(" and ");
  const trials = Math.max(...scenarios.map((row) => row.trials));
  return `- ${faults}: ackproof ${ackproof}, seed ${seed}, ${trials} trials each, ${startedAt.slice(0, 10)}, ${where}.`;
}

function allowanceText(allowance: Store["promise"]["kill"]): string {
  if (typeof allowance === "string") {
    return allowance === "anything" ? "anything" : "what follows the last barrier";
  }
  if ("milliseconds" in allowance) return `${allowance.milliseconds} ms`;
  if (allowance.records === 0) return "nothing";
  return allowance.records === 1 ? "1 record" : `${allowance.records} records`;
}

function reasonsText({ name, fault, reasons }: ScenarioResult): string {
  return `- ${name}, \`${fault}\`, inconclusive: ${reasons.join(" ")}`;
}

/** Where nothing is promised: what else was seen than lost records. */
function countsText({ name, fault, findingCounts }: ScenarioResult): readonly string[] {
  const counts = Object.entries(findingCounts).map(([guarantee, count]) => `${guarantee} ${count}`);
  if (counts.length === 0) return [];
  return [
    `- ${name}, \`${fault}\`, measured; crashes that would have broken: ${counts.join(", ")}.`,
  ];
}

/** Each conviction has its explanation, or says that it still has none. */
function findingsText(
  scenarios: readonly ScenarioResult[],
  findings: readonly Finding[],
): readonly string[] {
  const convicted = scenarios.filter(isConvicted);
  const isTold = (finding: Finding): boolean =>
    convicted.some((row) => explains(finding, row)) ||
    (finding.rare === true && scenarios.some((row) => explains(finding, row)));
  const explained = findings.filter(isTold);
  const open = convicted.filter((row) => !findings.some((finding) => explains(finding, row)));
  if (explained.length + open.length === 0) return ["## What was convicted", "", "Nothing.", ""];
  return [
    "## What was convicted",
    "",
    ...explained.flatMap(({ title, stores, faults, explanation, known, rare }) => [
      `### ${title}`,
      "",
      `${stores.join(", ")} under ${faults.map((fault) => `\`${fault}\``).join(" and ")}. ${rare === true ? "Met with some seeds only. " : ""}${explanation}`,
      "",
      ...known.map((address) => `- known: <${address}>`),
      "",
    ]),
    ...(open.length === 0 ? [] : ["### Not yet checked by hand", ""]),
    ...open.map(({ name, fault, violations, findings: told }) =>
      openText(name, fault, (violations[0] ?? told[0])?.message),
    ),
    "",
  ];
}

/** Also where only the other kind of disk convicts, which sets no verdict. */
function isConvicted({ verdict, profiles }: ScenarioResult): boolean {
  return verdict === "violated" || profiles.some((profile) => profile.verdict === "violated");
}

function explains({ stores, faults }: Finding, { name, fault }: ScenarioResult): boolean {
  return stores.includes(name) && faults.includes(fault);
}

function openText(
  name: string,
  fault: string,
  message = "on one kind of disk, of which no state was kept",
): string {
  return `- ${name}, \`${fault}\`: ${message}`;
}
