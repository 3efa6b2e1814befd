// The stores' scenarios are valid, and each store has what its row of a table needs; nothing is installed for it.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { isCommand } from "../../harness/subject.ts";
import { loadConfiguration } from "../configuration/load-configuration.ts";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

test("every store is a scenario of each fault of the page, and few promise less than that a kill costs nothing", async () => {
  const place = { folder: FOLDER, named: undefined, packageEntry: "no-entry" };
  const scenarios = (await loadConfiguration(place)) ?? [];
  expect(scenarios.length).toBeGreaterThanOrEqual(28);
  for (const { faults } of scenarios) expect(faults).toEqual(["kill", "power", "io-error"]);
  const allowances = scenarios.map((each) => ({ name: each.name, kill: each.promise({}).kill }));
  const nothing = { records: 0 };
  expect(allowances.filter(({ kill }) => !isDeepStrictEqual(kill, nothing))).toEqual([
    { name: "pino/async", kill: "since-barrier" },
    { name: "redis/everysec", kill: { records: 1 } },
    { name: "redis/no", kill: { records: 1 } },
    { name: "postgresql/off", kill: { milliseconds: 600 } },
  ]);
});

test("servers are commands, so that all of their processes are struck at once", async () => {
  const place = { folder: FOLDER, named: undefined, packageEntry: "no-entry" };
  const scenarios = (await loadConfiguration(place)) ?? [];
  const commands = scenarios.filter(({ subject }) => isCommand(subject));
  expect(commands.map(({ name }) => name.split("/")[0])).toEqual([
    "redis",
    "redis",
    "redis",
    "postgresql",
    "postgresql",
    "postgresql",
  ]);
});

test("the versions are exact, and the package is none of ours", () => {
  const manifest: {
    readonly private: boolean;
    readonly dependencies: { readonly [name: string]: string };
  } = JSON.parse(readFileSync(`${FOLDER}/package.json`, "utf8"));
  expect(manifest.private).toBe(true);
  for (const version of Object.values(manifest.dependencies))
    expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});
