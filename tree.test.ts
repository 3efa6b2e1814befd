// The source tree itself: rules that no other tool checks.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path !== "");
const sources = tracked.filter((path) => /\.(ts|mjs)$/.test(path));

test("dependency-cruiser looks at every TypeScript file", () => {
  const modules = ["--config", ".dependency-cruiser.cjs", "--output-type", "json", "."];
  const output = execFileSync("node_modules/.bin/depcruise", modules, {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const cruised: { readonly modules: readonly { readonly source: string }[] } = JSON.parse(output);
  const seen = new Set(cruised.modules.map(({ source }) => source));
  const typescript = tracked.filter((path) => path.endsWith(".ts"));
  expect(typescript.length).toBeGreaterThan(100);
  expect(typescript.filter((path) => !seen.has(path))).toEqual([]);
});

describe.each(sources)("%s", (path) => {
  const text = readFileSync(path, "utf8");

  test("says in its first line what it is for", () => {
    expect(text.split("\n", 1)[0]).toMatch(/^(\/\/ |#!)/);
  });

  test("names nothing that is no noun", () => {
    expect(path).not.toMatch(/(^|[/-])(utils?|helpers?|types|common|misc)[./-]/);
  });
});
