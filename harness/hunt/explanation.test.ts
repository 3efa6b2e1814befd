// Explanations of small stores: by what is lost, by what is kept, and of a bug that no sync mends.
import { expect, test } from "vitest";
import { parseCrashChoice } from "../disk/crash-choice.ts";
import { crashImage } from "../disk/crash-image.ts";
import { profiles } from "../disk/profile.ts";
import type { RecoveryOutcome } from "../history/history.ts";
import type { RecoverableDisk } from "./crash-case.ts";
import { type Explanation, explain } from "./explanation.ts";
import {
  DIRECTORY,
  recoverFiles,
  type TinyAppend,
  type TinyRun,
  tinyRun,
  writeFile,
} from "./fixtures/tiny-store.ts";
import { mildestProfile } from "./mildest-profile.ts";
import { diskOf } from "./recoverable-image.ts";

async function explained(run: TinyRun, choice: string): Promise<Explanation | undefined> {
  const at = run.trace.events.length - 1;
  return explain(run.crashCase, run.trace, { at, choice: parseCrashChoice(choice) });
}

test("of all that the floor loses it names the one thing that breaks, at the first moment it does", async () => {
  const run = tinyRun([
    writeFile("a", "sync", "name"),
    writeFile("b", "sync"),
    writeFile("c", "sync", "name"),
    writeFile("d"),
  ]);
  const acknowledged = run.trace.events.findIndex(
    (event) =>
      event.kind === "mark" &&
      event.happened.kind === "acknowledged" &&
      event.happened.operation === 1,
  );
  const before = run.trace.events.slice(0, acknowledged + 1);
  const cut = { ...run, trace: { base: run.trace.base, events: before } };
  expect(await explained(cut, "floor")).toMatchObject({
    at: acknowledged,
    event: "the acknowledgement of append 1",
    choice: "newest; lose inode 2 name b",
    items: [{ fate: "lost", text: "name b, from append 1" }],
    violation: { guarantee: "nothing-lost", operations: [1] },
    remedy: {
      before: acknowledged,
      text: "an fsync of the directory s before the acknowledgement of append 1",
    },
  });
});

/** Refuses a disk that has the file `x` and not every one of p, q and r. */
async function refuseLoneMarker(state: RecoverableDisk): Promise<RecoveryOutcome> {
  const disk = state.disk();
  const names = disk.list(DIRECTORY);
  return names.includes("x") && !["p", "q", "r"].some((name) => names.includes(name))
    ? { kind: "refused", message: "the marker stands alone" }
    : recoverFiles(disk);
}

test("a state that breaks by what it keeps is told by what it keeps", async () => {
  const run = tinyRun(
    [
      (disk): void => {
        for (const name of ["p", "q", "r", "x"]) {
          disk.close(disk.open(`${DIRECTORY}/${name}`, "create"));
        }
      },
    ],
    refuseLoneMarker,
  );
  const beforeAcknowledgement = run.trace.events.slice(0, -1);
  const cut = { ...run, trace: { base: run.trace.base, events: beforeAcknowledgement } };
  const explanation = await explained(cut, "newest; lose name p; lose name q; lose name r");
  expect(explanation).toMatchObject({
    choice: "floor; keep inode 2 name x",
    items: [{ fate: "kept", text: "name x, from append 0" }],
    remedy: { text: "an fsync of the directory s before the create of x" },
  });
});

test("where all that was written breaks the promise, no sync mends it", async () => {
  const run = tinyRun([writeFile("a", "sync", "name")], async () => ({
    kind: "refused",
    message: "never",
  }));
  expect(await explained(run, "floor")).toMatchObject({
    choice: "newest",
    items: [],
    remedy: undefined,
  });
});

test("a disk that breaks nothing has no explanation", async () => {
  expect(await explained(tinyRun([writeFile("a", "sync", "name")]), "floor")).toBeUndefined();
});

const LIMITS = { seed: 1, statesMax: 1000, exhaustiveMax: 64 };

async function mildest(...steps: readonly ("sync" | "name")[]): Promise<string | undefined> {
  const { crashCase, trace } = tinyRun([writeFile("a", ...steps)]);
  return (await mildestProfile(crashCase, trace, LIMITS))?.name;
}

test("the mildest device that convicts: a missing name needs more than ext4", async () => {
  expect(await mildest()).toBe("ext4");
  expect(await mildest("sync")).toBe("posix");
  expect(await mildest("sync", "name")).toBeUndefined();
});

test("a store that acknowledges before it writes needs no power cut", async () => {
  const { crashCase, trace } = tinyRun([(): void => undefined]);
  expect((await mildestProfile(crashCase, trace, LIMITS))?.name).toBe("kill");
});

/** Makes three files; the store is lost without the first. */
const threeFiles: TinyAppend = (disk) => {
  for (const name of ["p", "q", "r"]) {
    disk.close(disk.open(`${DIRECTORY}/${name}`, "create"));
  }
};

test.each([
  ["posix", "newest; lose inode 2 name p"],
  ["ext4", "newest; lose inode 2 name p; lose inode 2 name q; lose inode 2 name r"],
] as const)(
  "under %s, what is lost with a name is what the device loses with it",
  async (name, choice) => {
    const run = tinyRun([threeFiles], async (state) =>
      state.disk().list(DIRECTORY).includes("p")
        ? recoverRecordZero()
        : { kind: "refused", message: "p is missing" },
    );
    const crashCase = { ...run.crashCase, profile: profiles[name] };
    const explanation = await explained({ ...run, crashCase }, "floor");
    expect(explanation?.choice).toBe(choice);
  },
);

/** As if the record had been found: only the names matter. */
async function recoverRecordZero(): Promise<RecoveryOutcome> {
  const { crashCase, trace } = tinyRun([writeFile("a", "sync", "name")]);
  const keep = parseCrashChoice("newest");
  const at = trace.events.length - 1;
  return crashCase.recover(diskOf(crashImage(trace, { at, keep })));
}
