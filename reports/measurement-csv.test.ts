// The CSV files: what is in them, and that the page describes each column.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MEASURED_RESULT, MEASUREMENT } from "./fixtures/sample-measurement.ts";
import { measurementColumns, measurementFiles } from "./measurement-csv.ts";

const files = measurementFiles(MEASURED_RESULT);

/** Rows by column, as RFC 4180 has them. */
function rowsOf(name: string): readonly Readonly<Record<string, string>>[] {
  const [names = [], ...rows] = (files[name] ?? "").trimEnd().split("\n").map(cellsOf);
  return rows.map((cells) => {
    expect(cells).toHaveLength(names.length);
    return Object.fromEntries(names.map((column, at) => [column, cells[at] ?? ""]));
  });
}

function cellsOf(line: string): readonly string[] {
  return Array.from(line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g), ([, quoted, plain]) =>
    quoted === undefined ? (plain ?? "") : quoted.replaceAll('""', '"'),
  );
}

describe("settings.csv", () => {
  test("has a row for each setting, and empty cells for what was not measured", () => {
    const rows = rowsOf("settings.csv");
    expect(rows.map(({ setting }) => setting)).toEqual(MEASUREMENT.settings.map(({ id }) => id));
    expect(rows[1]).toMatchObject({ syncs_per_append: "0.5", kill_max_records: "1", callers: "1" });
    expect(rows[3]).toMatchObject({ syncs: "", batch_p50_us: "", power_grounds: "" });
    expect(rows[2]).toMatchObject({ allowed_power_records: "", power_grounds: "at-least" });
  });

  test("quotes what holds commas and quotes", () => {
    expect(files["settings.csv"]).toContain('"{""batchSyncCount"":2}"');
    expect(rowsOf("settings.csv")[1]?.["options_json"]).toBe('{"batchSyncCount":2}');
  });
});

test("latency.csv has the buckets of both calls, each above the one before", () => {
  const rows = rowsOf("latency.csv");
  const first = rows.filter(
    ({ setting, call }) => setting === "wal/sync 64 B" && call === "append",
  );
  expect(first.map((row) => [row["above_us"], row["up_to_us"], row["calls"]])).toEqual([
    ["0", "0.511", "3960"],
    ["0.511", "5120.1", "40"],
  ]);
  expect(rows.some(({ call }) => call === "batch")).toBe(true);
});

test("risk.csv has both windows' series", () => {
  const rows = rowsOf("risk.csv").filter(({ setting }) => setting === "wal/batch N=2 64 B");
  expect(rows.map((row) => [row["fault"], row["at_ms"], row["records"], row["bytes"]])).toEqual([
    ["kill", "0", "0", "0"],
    ["kill", "0.01", "1", "64"],
    ["power", "0", "0", "0"],
    ["power", "0.01", "1", "64"],
  ]);
});

test("kills.csv has what kills lost beside the law, also where no kill lost so many", () => {
  const rows = rowsOf("kills.csv").map((row) => [
    row["drawn"],
    row["lost_records"],
    row["kills"],
    row["law_chance"],
  ]);
  expect(rows).toEqual([
    ["acknowledgement", "0", "19", "0.5"],
    ["acknowledgement", "1", "21", "0.5"],
    ["moment", "0", "30", "0.9"],
    ["moment", "1", "0", "0.1"],
  ]);
});

test("without a measurement there are the headers", () => {
  for (const [name, text] of Object.entries(
    measurementFiles({ ...MEASURED_RESULT, measurement: { ...MEASUREMENT, settings: [] } }),
  )) {
    expect(text).toBe(`${(measurementColumns[name] ?? []).join(",")}\n`);
  }
});

test("docs/measurement-columns.md describes each column of each file, in its order", () => {
  const page = readFileSync(new URL("../docs/measurement-columns.md", import.meta.url), "utf8");
  const described: Record<string, string[]> = {};
  let file = "";
  for (const line of page.split("\n")) {
    file = /^## `(.+\.csv)`/.exec(line)?.[1] ?? file;
    const column = /^\| `(\w+)` \| [^|]+ \| [^|]+ \|$/.exec(line)?.[1];
    if (column !== undefined) (described[file] ??= []).push(column);
  }
  expect(described).toEqual(measurementColumns);
});
