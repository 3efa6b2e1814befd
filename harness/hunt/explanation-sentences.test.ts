// The explanation's sentences, from both sides: what was lost of all, what was kept of nothing.
import { expect, test } from "vitest";
import type { ExplainReply } from "./explain-job.ts";
import type { Explanation } from "./explanation.ts";
import { explanationSentences } from "./explanation-sentences.ts";

const explanation: Explanation = {
  at: 19,
  event: "the acknowledgement of append 9",
  choice: "newest; lose inode 2 name 000002.wal",
  items: [{ fate: "lost", text: "name 000002.wal, from append 8" }],
  violation: {
    guarantee: "nothing-lost",
    life: 0,
    message: "append 9 is missing",
    operations: [9],
  },
  remedy: {
    syncs: [{ kind: "fsync-directory", inode: 2 }],
    before: 19,
    text: "an fsync of the directory store before the acknowledgement of append 9",
  },
};

function reply(told: Explanation): Extract<ExplainReply, { kind: "explained" }> {
  const smallest = { step: { at: told.at, choice: told.choice }, events: [], violations: [] };
  return { kind: "explained", explanation: told, smallest };
}

test("what was lost, and the sync that prevents it", () => {
  expect(explanationSentences({ ...reply(explanation), mildest: "ext4" })).toEqual([
    "The power fails right after the acknowledgement of append 9 (event #19).",
    "Kept: all else; lost: name 000002.wal, from append 8.",
    "Then append 9 is missing (nothing-lost).",
    "An fsync of the directory store before the acknowledgement of append 9 prevents it.",
    "The mildest device that shows it: ext4.",
    "This disk: newest; lose inode 2 name 000002.wal",
  ]);
});

test("what was kept, foreign bytes, and no sync that helps", () => {
  const text = explanationSentences(
    reply({
      ...explanation,
      choice: "floor; keep inode 3 size",
      items: [
        { fate: "kept", text: "size of a.wal, from append 1" },
        { fate: "foreign", text: "stale inode 3 sector 0x200 from inode 2" },
      ],
      remedy: undefined,
    }),
  ).join("\n");
  expect(text).toContain(
    "Kept: size of a.wal, from append 1; lost: all else that was not synced; not what was written: stale inode 3 sector 0x200 from inode 2.",
  );
  expect(text).toContain("No single sync");
});

test("why there is none", () => {
  expect(explanationSentences(undefined)).toEqual([]);
  expect(explanationSentences({ kind: "unexplained", reason: "it would take too long" })).toEqual([
    "It is not explained: it would take too long.",
  ]);
});
