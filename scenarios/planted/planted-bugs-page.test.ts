// docs/planted-bugs.md lists exactly the planted bugs that there are, as they are.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { plantedBugs } from "./planted-bugs.ts";
import { plantedBugsCsv } from "./planted-bugs-csv.ts";
import { type Hunt, plantedBugsPage } from "./planted-bugs-page.ts";

const PAGE = readFileSync(new URL("../../docs/planted-bugs.md", import.meta.url), "utf8");
const HELD: Hunt = { kind: "held", count: 7 };

/** From the first bug's own heading on, nothing is measured. */
function sections(page: string): string {
  return page.slice(page.indexOf("\n## "));
}

describe("docs/planted-bugs.md", () => {
  test("has a row for each planted bug, in their order, and no other", () => {
    const rows = Array.from(PAGE.matchAll(/^\| \[([\w-]+)\]/gm), ([, name]) => name);
    expect(rows).toEqual(plantedBugs.map(({ name }) => name));
  });

  test("tells of each what the registry tells", () => {
    const rows = plantedBugs.map((bug) => ({ bug, hunts: [] }));
    expect(sections(PAGE)).toBe(sections(plantedBugsPage([], rows, "")));
  });

  test("has the kill convict what it is said to convict, and nothing else", () => {
    const cells = Array.from(PAGE.matchAll(/^\| \[([\w-]+)\][^|]*\|[^|]*\|([^|]*)\|/gm));
    const seen = cells.flatMap(([, name, kill]) => (kill?.includes("**") === true ? [name] : []));
    const byKill = plantedBugs.filter(({ convictedBy }) => convictedBy.kind === "kill");
    expect(seen).toEqual(byKill.map(({ name }) => name));
  });

  test("has a bug convicted by one column or another, each of them", () => {
    const unseen = PAGE.split("\n").filter(
      (line) => line.startsWith("| [") && !line.includes("**"),
    );
    expect(unseen).toEqual([]);
  });
});

describe("the page", () => {
  const bugs = plantedBugs.slice(0, 2);
  const columns = [{ title: "kill", meaning: "trials" }];

  test("shows what convicted, and what held", () => {
    const hunts: readonly Hunt[][] = [
      [{ kind: "convicted", count: 3, guarantee: "nothing-lost" }],
      [HELD],
    ];
    const rows = bugs.map((bug, index) => ({ bug, hunts: hunts[index] ?? [] }));
    const page = plantedBugsPage(columns, rows, "on a machine");
    expect(page).toContain("| sync | **3** nothing-lost |");
    expect(page).toContain("| batch | held in 7 |");
    expect(page).toContain("Convicted, of 2: kill 1; by one or another 1.");
    expect(page).not.toContain("drawn");
  });

  test("tells how many drawn trials it takes, here and in the data for a chart", () => {
    const convicted = {
      fault: "kill",
      convictions: 5,
      hunted: 9,
      trials: 1.8,
      low: 1.186,
      high: 4.717,
    };
    const censored = {
      fault: "power",
      convictions: 0,
      hunted: 60,
      trials: null,
      low: 20.5,
      high: null,
    };
    const rows = bugs.map((bug) => ({ bug, hunts: [HELD], powers: [convicted, censored] }));
    const [first] = bugs;
    expect(plantedBugsPage(columns, rows, "on a machine")).toContain(
      `| ${first?.name} | **1.8** (1.19 to 4.72) | more than 21 (0 of 60) | - | - |`,
    );
    expect(plantedBugsCsv(rows).split("\n").slice(0, 3)).toEqual([
      "bug,mode,fault,convictions,trials,mean_trials,low_95,high_95",
      `${first?.name},${first?.mode},kill,5,9,1.80,1.19,4.72`,
      `${first?.name},${first?.mode},power,0,60,,20.50,`,
    ]);
  });
});

describe("planted bugs", () => {
  test("have names of their own, and a reference that can be followed", () => {
    expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length);
    expect(plantedBugs.filter(({ reference }) => !reference.includes("https://"))).toEqual([]);
  });
});
