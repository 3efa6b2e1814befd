// Renders docs/planted-bugs.csv: how many drawn trials it takes to convict each planted bug, for a chart. Pure.
import type { BugRow } from "./planted-bugs-page.ts";

const COLUMNS = [
  "bug",
  "mode",
  "fault",
  "convictions",
  "trials",
  "mean_trials",
  "low_95",
  "high_95",
];

/**
 * A line for each bug and fault. `mean_trials` and `high_95` are empty where no trial convicted: it takes more than
 * `low_95` on average.
 */
export function plantedBugsCsv(rows: readonly BugRow[]): string {
  const lines = rows.flatMap(({ bug, powers = [] }) =>
    powers.map(({ fault, convictions, hunted, trials, low, high }) =>
      [
        bug.name,
        bug.mode,
        fault,
        convictions,
        hunted,
        digits(trials),
        digits(low),
        digits(high),
      ].join(","),
    ),
  );
  return `${[COLUMNS.join(","), ...lines].join("\n")}\n`;
}

function digits(trials: number | null): string {
  return trials === null ? "" : trials.toFixed(2);
}
