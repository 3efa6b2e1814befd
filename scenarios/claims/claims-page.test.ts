// Each row of docs/claims.md that names a test names one that is there, and each claim has its row.
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const HERE = new URL(".", import.meta.url);
const PAGE = new URL("../../docs/claims.md", HERE);

/** The names behind `-t` in the page's commands. */
function namedByPage(): string[] {
  const page = readFileSync(PAGE, "utf8");
  return Array.from(page.matchAll(/ -t '([^']+)'/g), ([, name = ""]) => name).sort();
}

/** The outermost describe of each file. */
function claimNames(): string[] {
  const files = readdirSync(HERE).filter((name) => name.endsWith(".e2e.test.ts"));
  const sources = files.map((name) => readFileSync(new URL(name, HERE), "utf8"));
  return sources
    .flatMap((source) => Array.from(source.matchAll(/^describe\("([^"]+)"/gm)))
    .map(([, name = ""]) => name)
    .sort();
}

describe("docs/claims.md", () => {
  test("has a row for each claim that a test settles, and no other", () => {
    expect(claimNames().length).toBeGreaterThan(0);
    expect(namedByPage()).toEqual(claimNames());
  });
});
