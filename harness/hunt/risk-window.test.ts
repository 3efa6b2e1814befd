// The risk window's grounds: exact by visiting all, exact by the floor, or no more than "at least".
import { expect, test } from "vitest";
import { type DeviceProfile, profiles } from "../disk/profile.ts";
import {
  DIRECTORY,
  recoverFiles,
  type TinyRun,
  tinyRun,
  writeFile,
} from "./fixtures/tiny-store.ts";
import { type RiskWindow, riskWindow } from "./risk-window.ts";
import { spaceRiskSource } from "./space-source.ts";

const { posix, ext4, kill } = profiles;

async function windowOf(run: TinyRun, profile: DeviceProfile = posix): Promise<RiskWindow> {
  const limits = { seed: 1, statesMax: 10_000, exhaustiveMax: 100 };
  const { trace } = run;
  const crashCase = { ...run.crashCase, profile };
  return riskWindow(crashCase, trace, spaceRiskSource(trace, profile, limits));
}

const UNSYNCED_TWICE = [writeFile("a"), writeFile("b")];

test("it opens with each acknowledgement and closes where a sync ends", async () => {
  const closing = writeFile("c", "sync", "name");
  const window = await windowOf(tinyRun([writeFile("a", "sync"), closing, writeFile("b")]));
  const series = window.points.map(({ operation, records }) => [operation, records]);
  expect(series).toContainEqual([0, 1]);
  expect(window.worst).toMatchObject({ records: 2 });
  expect(window.points[0]).toMatchObject({ records: 0 });
});

test("appends alone: the floor is the worst, and that is exact", async () => {
  const window = await windowOf(tinyRun(UNSYNCED_TWICE));
  expect(window).toMatchObject({ exact: true, shape: "ramp", destructive: [] });
  expect(window.worst).toMatchObject({ records: 2, bytes: 40, grounds: "floor-is-worst" });
});

/** Finds nothing once there is a file `b`: more kept, less found. */
const moody: TinyRun["crashCase"]["recover"] = async (state) =>
  state.disk().list(DIRECTORY).includes("b")
    ? { kind: "found", records: [] }
    : recoverFiles(state.disk());

const durableThenB = [writeFile("a", "sync", "name"), writeFile("b")];

test("a recovery that finds less where more was kept is met, and the window says at least", async () => {
  const window = await windowOf(tinyRun(durableThenB, moody));
  expect(window.notMonotone?.choice).toContain("name b");
  expect(window.exact).toBe(false);
  expect(window.points.map(({ grounds }) => grounds)).not.toContain("floor-is-worst");
});

test("where every state was visited it is exact whatever recovery does", async () => {
  const window = await windowOf(tinyRun(durableThenB, moody), ext4);
  expect(window.exact).toBe(true);
  expect(window.worst).toMatchObject({ records: 2, grounds: "all-visited" });
});

test("a kill takes nothing that was done: the floor rises with each operation", async () => {
  const window = await windowOf(tinyRun(UNSYNCED_TWICE), kill);
  expect(window.shape).toBe("flat");
  expect(window.worst).toMatchObject({ records: 0 });
});
