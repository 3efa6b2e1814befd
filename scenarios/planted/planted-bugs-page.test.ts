// docs/planted-bugs.md lists exactly the planted bugs that there are, as they are.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { plantedBugs } from "./planted-bugs.ts";
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
  });
});

describe("planted bugs", () => {
  test("have names of their own, and a reference that can be followed", () => {
    expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length);
    expect(plantedBugs.filter(({ reference }) => !reference.includes("https://"))).toEqual([]);
  });
});
