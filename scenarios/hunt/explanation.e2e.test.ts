// Explanations of planted bugs name the sync that each of them lacks.
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { profiles } from "../../harness/disk/profile.ts";
import { findConviction } from "../../harness/hunt/crash-case.ts";
import { explain } from "../../harness/hunt/explanation.ts";
import { spaceStates } from "../../harness/hunt/space-source.ts";
import type { SyncMode } from "../../wal/index.ts";
import { loadPlantedSubject } from "../planted/planted-subject.ts";
import { recordRun } from "./fixtures/recorded-run.ts";

const DIST = resolve("dist");
const LIMITS = { seed: 1, statesMax: 2000, exhaustiveMax: 64 };

const append = { kind: "append", size: 40 } as const;

interface Expected {
  readonly bug: string;
  readonly mode: SyncMode;
  readonly choice: string;
  readonly item: string;
  readonly remedy: string;
}

const EXPECTED: readonly Expected[] = [
  {
    bug: "fsync-left-out",
    mode: "sync",
    choice: "newest; lose inode 3 sector 0x0",
    item: "000000000001.wal at 0x0, from append 0",
    remedy: "an fdatasync of 000000000001.wal before the acknowledgement of append 0",
  },
  {
    bug: "directory-not-synced",
    mode: "sync",
    choice: "newest; lose inode 2 name 000000000001.wal",
    item: "name 000000000001.wal, from open",
    remedy: "an fsync of the directory store before the acknowledgement of append 0",
  },
  {
    bug: "header-not-synced",
    mode: "sync",
    choice: "newest; lose inode 3 sector 0x0",
    item: "000000000001.wal at 0x0, from open",
    remedy:
      "an fdatasync of 000000000001.wal before the rename of 000000000001.wal.new to 000000000001.wal",
  },
  {
    bug: "recovery-never-syncs",
    mode: "flush",
    choice: "newest; lose inode 3 sector 0x0",
    item: "000000000001.wal at 0x0, from append 0 to append 1",
    remedy: "an fdatasync of 000000000001.wal before the recovery after life 0",
  },
];

test.each(EXPECTED)("$bug", async ({ bug, mode, choice, item, remedy }) => {
  const { trace, crashCase } = await recordRun({
    subject: loadPlantedSubject(DIST, bug),
    mode,
    workload: { seed: 1, options: {}, lives: [[append, append], []] },
    lives: [{ ending: { kind: "idle" } }],
  });
  const conviction = await findConviction(crashCase, trace, spaceStates(profiles.posix, LIMITS));
  expect(conviction).toBeDefined();
  const explanation =
    conviction === undefined ? undefined : await explain(crashCase, trace, conviction);
  expect(explanation?.choice).toBe(choice);
  expect(explanation?.items).toEqual([{ fate: "lost", text: item }]);
  expect(explanation?.remedy?.text).toBe(remedy);
});
