// Planted bugs that corruption convicts: a payload that is not checked, and a length that is trusted.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { CorruptionJudge } from "../../harness/corruption/judge-corruption.ts";
import { writeAtRest } from "../../harness/corruption/write-at-rest.ts";
import { everyCorruption } from "../../harness/disk/corruption-draw.ts";
import type { Subject } from "../../harness/subject.ts";
import { loadPlantedSubject } from "../planted/planted-subject.ts";
import { walSubject } from "../subjects/wal-subject.ts";
import { walPromise } from "../wal-promise.ts";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

/** The guarantees that single flipped bits of a small log break. */
async function broken(subject: Subject): Promise<ReadonlySet<string>> {
  const options = { mode: "sync", segmentBytes: 4096 } as const;
  // One flipped bit makes a length of 32 a length of 0.
  const append = { kind: "append", size: 32 } as const;
  const workload = { seed: 1, options: {}, lives: [[append, append, append]] };
  const atRest = await writeAtRest({ subject, options }, workload);
  const judge = await CorruptionJudge.of(atRest, walPromise("sync", {}));
  expect(judge.problem).toBeUndefined();
  const guarantees = new Set<string>();
  for (const corruption of everyCorruption(judge.image, "flip")) {
    const { violations } = await judge.judge(corruption);
    for (const { guarantee } of violations) guarantees.add(guarantee);
  }
  return guarantees;
}

test("the sound log breaks none", async () => {
  expect([...(await broken(walSubject))]).toEqual([]);
});

test.each([
  ["no-checksum", "nothing-invented"],
  ["length-trusted", "nothing-invented"],
])("%s breaks %s", async (name, guarantee) => {
  expect(await broken(loadPlantedSubject(dist, name))).toContain(guarantee);
});
