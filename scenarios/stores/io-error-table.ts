// Renders the part of docs/stores.md about failing disks: store x what it answered x what the power cuts behind it left.
import type { ScenarioResult } from "../../harness/result.ts";
import type { Store } from "./requested-run.ts";
import { lossText, profileText } from "./row-cells.ts";

const TITLE = "## When a call of the disk fails";

const LEGEND = `One call of a store's program fails (\`strace --inject\`; EIO, ENOSPC or EINTR, once; or a sync is slow), the store does what it does, is opened again and written on, and
the power fails at each point from that call on (\`npx ackproof gate --fault io-error\` in \`scenarios/stores\`). A failed sync leaves its pages clean in the page cache:
no later sync writes them until they are written again, as ext4 and XFS do.
No page promises anything of a failing disk, but for PostgreSQL's \`data_sync_retry\`. Held against a store is its promise of a power cut, for what it acknowledged:
an operation that it answered with an error may be lost or not, and a store that ends, or refuses to open while the disk fails, has broken nothing.

- *failed*: how often each kind of call failed. *told*: the operation in flight was answered with an error, the store did not open, or its process ended.
  *went on*: it was acknowledged, or the store opened, though a call had failed with EIO or ENOSPC. *of these, syncs*: the failed call was an fsync or fdatasync of a file.
  An EINTR that was followed by success is not counted, for the call was made again, nor is a sync that was only slow. *unasked*: no operation was in flight.
- *lost*: the most acknowledged records that one crash lost. One call fails a trial, so another call may show what none of these did.`;

const HEAD: readonly string[] = [
  "store and setting",
  "failed",
  "told",
  "went on",
  "of these, syncs",
  "unasked",
  "portable (posix)",
  "on ext4",
  "lost of at risk",
];

/** The table with its title and legend; nothing where no store's disk failed. */
export function ioErrorTable(
  stores: readonly Store[],
  scenarios: readonly ScenarioResult[],
): readonly string[] {
  const failing = scenarios.filter(({ fault }) => fault === "io-error");
  if (failing.length === 0) return [];
  const rows = stores.flatMap(({ name, page }) => {
    const row = failing.find((each) => each.name === name);
    return row === undefined ? [] : [[`[${name}](${page})`, ...cellsOf(row)]];
  });
  const table = [HEAD, HEAD.map(() => "---"), ...rows];
  const unstruck = failing.filter(({ notStruck }) => notStruck > 0);
  return [
    TITLE,
    "",
    LEGEND,
    "",
    ...table.map((cells) => `| ${cells.join(" | ")} |`),
    "",
    ...unstruck.map(
      ({ name, notStruck, trials }) =>
        `- ${name}: ${notStruck} of ${trials} failures struck nothing of the store, and are not counted.`,
    ),
    ...approximateTexts(failing),
    "",
  ];
}

/** Several stores have the same reason: it is told once. */
function approximateTexts(rows: readonly ScenarioResult[]): readonly string[] {
  const names = new Map<string, string[]>();
  for (const { name, approximate } of rows.filter((row) => row.approximate.length > 0)) {
    const reasons = approximate.join("; ");
    names.set(reasons, [...(names.get(reasons) ?? []), name]);
  }
  return [...names].map(
    ([reasons, those]) =>
      `- Approximate, the next run may fail another call: ${those.join(", ")} (${reasons}).`,
  );
}

function cellsOf(row: ScenarioResult): readonly string[] {
  const answers = Object.entries(row.ioErrorAnswers ?? {}).map(readAnswer);
  const count = (matches: (answer: Answer) => boolean): string =>
    String(answers.filter(matches).reduce((sum, { times }) => sum + times, 0));
  return [
    failedText(answers),
    count(({ answer }) => TOLD.includes(answer)),
    count(wentOn),
    count((answer) => wentOn(answer) && SYNCS.includes(answer.call)),
    count(({ answer }) => answer === "idle"),
    profileText(row, "posix"),
    profileText(row, "ext4"),
    lossText(row),
  ];
}

/** An entry of a result's `ioErrorAnswers`. */
interface Answer {
  readonly call: string;
  readonly error: string;
  readonly answer: string;
  readonly times: number;
}

const TOLD: readonly string[] = ["failed", "refused", "ended"];
const HARD: readonly string[] = ["EIO", "ENOSPC"];
const SYNCS: readonly string[] = ["sync", "syncData"];

function readAnswer([key, times]: readonly [string, number]): Answer {
  const [, call = "", error = "", answer = ""] = /^(\w+):(\w+) (\w+)$/.exec(key) ?? [];
  return { call, error, answer, times };
}

function wentOn({ error, answer }: Answer): boolean {
  return HARD.includes(error) && (answer === "acknowledged" || answer === "opened");
}

function failedText(answers: readonly Answer[]): string {
  const counts = new Map<string, number>();
  for (const { call, times } of answers) {
    const name = NAMES[call] ?? call;
    counts.set(name, (counts.get(name) ?? 0) + times);
  }
  return [...counts].map(([name, times]) => `${name} ${times}`).join(", ") || "-";
}

/** As the system calls are called. */
const NAMES: { readonly [call: string]: string | undefined } = {
  sync: "fsync",
  syncData: "fdatasync",
  syncDirectory: "fsync of a directory",
  remove: "unlink",
};
