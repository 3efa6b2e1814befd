// Every disk that a power cut leaves on a real ext4 is one that the profile `ext4` has.
//
// The power cut is the kernel's own: FS_IOC_SHUTDOWN, after which nothing reaches the device. Programs
// of port calls and our log run on a loop device and on the recording disk alike.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { type DirectoryResult, dir } from "tmp-promise";
import { beforeEach, expect, test } from "vitest";
import { startExt4Cycles } from "./fixtures/ext4-campaign.ts";
import type { CycleResult } from "./fixtures/ext4-cycle.ts";
import { leftOn, missingForExt4 } from "./fixtures/ext4-needs.ts";

const CYCLES = 80;
const SEED = 20_261_121;
const POLLS_MAX = 100;
const POLL_MS = 50;

let place: DirectoryResult;
beforeEach(async ({ skip }) => {
  const missing = missingForExt4();
  if (missing !== undefined && process.env["ACKPROOF_NO_SKIPS"] === "1") {
    throw new Error(missing);
  }
  skip(missing !== undefined, missing);
  place = await dir({ prefix: "ackproof-ext4" });
  return async () => {
    expect(await leftInTheEnd(place.path)).toEqual([]);
    if (existsSync(place.path)) {
      // It must be empty, or this fails.
      await place.cleanup();
    }
  };
});

/** The kernel lets go of a dead namespace's mounts a little later. */
async function leftInTheEnd(directory: string): Promise<string[]> {
  for (let poll = 0; poll < POLLS_MAX && leftOn(directory).length > 0; poll += 1) {
    await setTimeout(POLL_MS);
  }
  return leftOn(directory);
}

function resultOf(line: string): CycleResult {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own program printed it
  return JSON.parse(line) as CycleResult;
}

test("what ext4 leaves after a power cut is legal under its profile", async () => {
  const { stdout } = await startExt4Cycles(place.path, { seed: SEED, cycles: CYCLES });
  const results = stdout.split("\n").map(resultOf);
  expect(results).toHaveLength(CYCLES);
  expect(results.filter(({ illegal }) => illegal !== null)).toEqual([]);
  // Disks that had lost nothing would show nothing.
  const lossy = results.filter(({ lostSomething }) => lostSomething);
  expect(new Set(lossy.map(({ subject }) => subject))).toEqual(new Set(["calls", "log"]));
  expect(new Set(lossy.map(({ cut }) => cut))).toEqual(new Set(["journal-lost", "journal-kept"]));
});

test("nothing is left mounted when the program is killed in the middle", async () => {
  const running = startExt4Cycles(place.path, { seed: SEED, cycles: CYCLES });
  const killed = expect(running).rejects.toMatchObject({ signal: "SIGKILL" });
  await once(running.stdout, "data");
  expect(running.kill("SIGKILL")).toBe(true);
  await killed;
});

test.each(["is left alone", "is interrupted"])(
  "it leaves nothing at all when it %s",
  async (how) => {
    const running = startExt4Cycles(place.path, { seed: SEED, cycles: 10_000 });
    await once(running.stdout, "data");
    if (how === "is interrupted") {
      running.kill("SIGINT");
    } else {
      running.stdin.end();
    }
    expect((await running).exitCode).toBe(0);
    expect(existsSync(place.path)).toBe(false);
  },
);
