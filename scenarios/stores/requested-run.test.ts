// Which stores the words of npm run stores mean.
import { expect, test } from "vitest";
import { type RequestedRun, requestedRun, type Store } from "./requested-run.ts";

const store = (name: string): Store => ({
  name,
  adapter: name,
  says: "nothing is lost",
  page: "https://example.org/",
  promise: { kill: { records: 0 }, power: { records: 0 } },
});
const STORES: readonly Store[] = [store("a/one"), { ...store("b/two"), server: "b-server" }];

const run = (...words: readonly string[]): RequestedRun => requestedRun(words, STORES);

test("without a name the embedded stores run, with --all the servers too", () => {
  expect(run().gates).toEqual([
    ["a/one", "--fault", "kill", "--trials", "60", "--out", "ackproof-report/kill"],
    ["a/one", "--fault", "power", "--trials", "4", "--out", "ackproof-report/power"],
    ["a/one", "--fault", "io-error", "--trials", "8", "--out", "ackproof-report/io-error"],
  ]);
  expect(run("--all").gates.map((words) => words.slice(0, 2))).toEqual([
    ["a/one", "b/two"],
    ["a/one", "b/two"],
    ["a/one", "b/two"],
  ]);
  expect(run("--all").stores).toEqual(STORES);
});

test("a name is the whole choice, and the gate's own words go on to it", () => {
  const { gates, stores } = run("b/two", "--time", "5m", "--out", "x");
  expect(gates).toEqual([
    ["b/two", "--time", "5m", "--out", "x", "--fault", "kill"],
    ["b/two", "--time", "5m", "--out", "x", "--fault", "power"],
    ["b/two", "--time", "5m", "--out", "x", "--fault", "io-error"],
  ]);
  expect(stores).toEqual(STORES.slice(1));
});

test("a fault of one's own makes one gate", () => {
  expect(run("b/two", "--fault=kill").gates).toEqual([["b/two", "--fault=kill"]]);
});

test("--page is ours alone", () => {
  expect(run("--page").page).toBe(true);
  expect(run("--page").gates.flat()).not.toContain("--page");
  expect(run("--seed", "1").page).toBe(false);
});
