// The claim: reopening without a close, in one process, is no crash test.
import { cpSync } from "node:fs";
import { join } from "node:path";
import { withDir } from "tmp-promise";
import { describe, expect, test } from "vitest";
import { nodeStorage } from "../../wal/index.ts";
import { judgeCrashState } from "../planted/crash-state-proof.ts";
import { namedProof } from "../planted/planted-bug.ts";
import { plantedBugs } from "../planted/planted-bugs.ts";
import { loadPlantedSubject } from "../planted/planted-subject.ts";
import { appends, DIST, type LogRun } from "./fixtures/log-run.ts";
import { openLog, performAll, readBack } from "./fixtures/open-log.ts";
import { recordLog } from "./fixtures/recorded-log.ts";

const APPENDS = 50;

/** The bugs that a kill cannot see. */
const bugs = plantedBugs.flatMap((bug) => {
  const proof = namedProof(bug);
  return proof === undefined ? [] : [{ name: bug.name, mode: bug.mode, proof }];
});

interface SecondOpen {
  /** How the log answers while the first one is open. */
  readonly inPlace: unknown;
  /** Of the values written, how many the second log found. */
  readonly found: number;
}

/**
 * The test that passes for a crash test: write, let go of the log without a close, open it again.
 * The lock refuses that; a copy of the directory gets past it.
 */
async function openTwice(run: LogRun): Promise<SecondOpen> {
  return await withDir(
    async ({ path }) => {
      const first = { directory: join(path, "first"), storage: nodeStorage };
      const second = { ...first, directory: join(path, "second") };
      const store = await openLog(run, first);
      const written = await performAll(store, run);
      const inPlace = await openLog(run, first).catch((error: unknown) => error);
      cpSync(first.directory, second.directory, { recursive: true });
      const found = await readBack(run, second);
      await store.close();
      return { inPlace, found: found.filter((each, at) => each === written[at]).length };
    },
    { unsafeCleanup: true },
  );
}

describe("reopen without close in one process is no crash test", () => {
  test.each(bugs)(
    "$name passes it, and its named disks convict it",
    async ({ name, mode, proof }) => {
      const run: LogRun = { mode, operations: appends(APPENDS), variant: name };
      expect(await openTwice(run)).toMatchObject({ inPlace: { code: "locked" }, found: APPENDS });
      const { verdict } = await judgeCrashState(loadPlantedSubject(DIST, name), mode, proof);
      expect(verdict).toBe("violated");
    },
  );

  test("fsync-left-out: a power cut loses all 50; of the sound log, nothing", async () => {
    const sound: LogRun = { mode: "sync", operations: appends(APPENDS) };
    expect(await openTwice(sound)).toMatchObject({ inPlace: { code: "locked" }, found: APPENDS });
    const { close } = await recordLog(sound);
    expect(close).toMatchObject({ lostByPower: 0 });
    const broken = await recordLog({ ...sound, variant: "fsync-left-out" });
    expect(broken.close).toMatchObject({ lostByPower: APPENDS });
  });

  test("the limit: it sees what a kill sees; of mode none the copy has 0 of 50", async () => {
    const { found } = await openTwice({ mode: "none", operations: appends(APPENDS) });
    expect(found).toBe(0);
  });
});
