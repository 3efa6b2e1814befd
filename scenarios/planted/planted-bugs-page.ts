// Renders docs/planted-bugs.md: planted bug x fault -> what it took to convict it. Pure.
import type { PlantedBug } from "./planted-bug.ts";

/** What one way of looking for a bug came to. */
export type Hunt =
  /** The `count`-th trial or state broke this guarantee. */
  | { readonly kind: "convicted"; readonly count: number; readonly guarantee: string }
  /** All of them held. */
  | { readonly kind: "held"; readonly count: number };

/** What was looked for in one column. */
export interface HuntColumn {
  readonly title: string;
  /** What the numbers of the column count. */
  readonly meaning: string;
}

/** How many drawn trials of one fault convicted, and how many it takes on average. */
interface BugPower {
  readonly fault: string;
  readonly convictions: number;
  /** Trials up to the last of these convictions, or all of them. */
  readonly hunted: number;
  /** The mean, with an exact 95 % interval; `null` where nothing is known of it. */
  readonly trials: number | null;
  readonly low: number;
  readonly high: number | null;
}

/** One planted bug with a hunt for each column, in the columns' order. */
export interface BugRow {
  readonly bug: PlantedBug;
  /** Undefined where there was nothing to hunt with. */
  readonly hunts: readonly (Hunt | undefined)[];
  /** Left out where no trials were drawn. */
  readonly powers?: readonly BugPower[];
}

/** The whole page. `about` says when and on what it was measured. */
export function plantedBugsPage(
  columns: readonly HuntColumn[],
  rows: readonly BugRow[],
  about: string,
): string {
  return [
    "# Planted bugs",
    "",
    "<!-- Written by bench/planted-bugs.mjs; do not edit. -->",
    "",
    "Our log, built once more for each of these mistakes. A harness that does not convict them proves nothing with its",
    "green. Each class was seen in the field; the reference says where. `npm run gate -- planted/<name>` runs one.",
    "",
    `Written by \`node bench/planted-bugs.mjs\` after a build, from its own run: ${about}`,
    "",
    ...columns.map(({ title, meaning }) => `- *${title}*: ${meaning}`),
    "",
    "A number alone is the trial or state that convicted, with the guarantee it broke; *held* is the number of those that showed",
    "nothing. `scenarios/planted/` has the edit of each bug and its named disks; tests hold that the sound log keeps its",
    "promises on the same disks.",
    "",
    tableLine(["bug", "mode", ...columns.map(({ title }) => title)]),
    tableLine(["---", "---", ...columns.map(() => "---")]),
    ...rows.map(({ bug, hunts }) =>
      tableLine([`[${bug.name}](#${bug.name})`, bug.mode, ...hunts.map(huntText)]),
    ),
    "",
    summary(columns, rows),
    "",
    ...powerTable(rows),
    ...rows.flatMap(({ bug }) => section(bug)),
  ].join("\n");
}

const POWER_FAULTS = ["kill", "power", "io-error", "corrupt"];

/** The hunts above go in an order; a campaign draws. So it is told apart what that takes. */
function powerTable(rows: readonly BugRow[]): readonly string[] {
  if (rows.every(({ powers = [] }) => powers.length === 0)) return [];
  return [
    "How many *drawn* trials convict one of these bugs on average, as `ackproof gate planted/<name> --fault <fault>` draws them, with",
    "the exact 95 % interval of a hunt that ends at its fifth conviction (negative binomial) or with its budget (Clopper and",
    "Pearson). *More than n*: none convicted, and it takes more than n on average, with 95 %. A trial is a chain of one to three",
    "lives: of kills, or recorded and cut at each of its points. `planted-bugs.csv` has the numbers.",
    "",
    tableLine(["bug", ...POWER_FAULTS]),
    tableLine(["---", ...POWER_FAULTS.map(() => "---")]),
    ...rows.map(({ bug, powers = [] }) =>
      tableLine([
        bug.name,
        ...POWER_FAULTS.map((fault) => powerText(powers.find((power) => power.fault === fault))),
      ]),
    ),
    "",
  ];
}

function powerText(power: BugPower | undefined): string {
  if (power === undefined) return "-";
  const { trials, low, high, hunted } = power;
  if (trials === null) return `more than ${low.toFixed(0)} (0 of ${hunted})`;
  return `**${short(trials)}** (${short(low)} to ${high === null ? "any number" : short(high)})`;
}

/** Three digits where there are decimals. */
function short(trials: number): string {
  return trials < 100 ? String(Number(trials.toPrecision(3))) : trials.toFixed(0);
}

function section({ name, summary: what, reference, convictedBy }: PlantedBug): readonly string[] {
  return [`## ${name}`, "", what, "", reference, "", `Proof: ${proofText(convictedBy)}`, ""];
}

function summary(columns: readonly HuntColumn[], rows: readonly BugRow[]): string {
  const counts = columns.map(({ title }, column) => {
    const convicted = rows.filter(({ hunts }) => hunts[column]?.kind === "convicted").length;
    return `${title} ${convicted}`;
  });
  const seen = rows.filter(({ hunts }) => hunts.some((hunt) => hunt?.kind === "convicted")).length;
  return `Convicted, of ${rows.length}: ${counts.join(", ")}; by one or another ${seen}.`;
}

function huntText(hunt: Hunt | undefined): string {
  switch (hunt?.kind) {
    case undefined:
      return "-";
    case "convicted":
      return `**${hunt.count}** ${hunt.guarantee}`;
    case "held":
      return `held in ${hunt.count}`;
  }
}

/** What convicts the bug, step by step. */
function proofText(proof: PlantedBug["convictedBy"]): string {
  switch (proof.kind) {
    case "kill":
      return `kills break ${proof.guarantees.join(" or ")}.`;
    case "drawn": {
      const fault = {
        power: "power cuts",
        "io-error": "I/O errors, with the power cuts behind them,",
      };
      return `${fault[proof.fault]} break ${proof.guarantees.join(" or ")}.`;
    }
    case "delay":
      return "no crash shows it; a leader that is alone asks for a delay.";
    case "crash-state": {
      const when =
        proof.after === "recovery" ? "a kill and a recovery" : "the last acknowledgement";
      return `a power cut${onDevice(proof)} after ${when} that leaves \`${proof.keep}\` breaks ${proof.guarantee}.`;
    }
    case "corruption":
      return `at rest, \`${proof.change}\`; it breaks ${proof.guarantee}.`;
    case "chain":
      return `${proof.steps.map(stepText).join(", then ")}; it breaks ${proof.guarantee}.`;
  }
}

type Step = Extract<PlantedBug["convictedBy"], { kind: "chain" }>["steps"][number];

function stepText(step: Step): string {
  switch (step.kind) {
    case "life":
      return `a life of ${step.operations.map(({ kind }) => kind).join(", ")}`;
    case "kill":
      return "a kill";
    case "power": {
      const { at } = step;
      const where = at === undefined ? "" : ` ${at.side} its ${at.nth} ${at.operation}`;
      return `a power cut${onDevice(step)}${where} that leaves \`${step.keep}\``;
    }
    case "recover":
      return "a recovery";
  }
}

/** The default says nothing. */
function onDevice({ profile }: { readonly profile?: string }): string {
  return profile === undefined ? "" : ` under the profile \`${profile}\``;
}

function tableLine(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
