// Bugs that a kill cannot see are convicted by a named disk; the sound log holds on the same one.
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { walSubject } from "../subjects/wal-subject.ts";
import { judgeCrashState, keptWhole } from "./crash-state-proof.ts";
import { namedProof } from "./planted-bug.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { loadPlantedSubject } from "./planted-subject.ts";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

const proofs = plantedBugs.flatMap((bug) => {
  const proof = namedProof(bug);
  return proof === undefined ? [] : [{ ...bug, proof }];
});

describe.each(proofs)("$name", ({ name, mode, proof }) => {
  test("is convicted by the disks that its proof names", async () => {
    const { verdict, violations } = await judgeCrashState(
      loadPlantedSubject(dist, name),
      mode,
      proof,
    );
    expect(violations.map(({ guarantee }) => guarantee)).toContain(proof.guarantee);
    expect(verdict).toBe("violated");
  });

  test("needs the device's part: with all that was done kept, it holds", async () => {
    const kept = keptWhole(proof);
    const judged = await judgeCrashState(loadPlantedSubject(dist, name), mode, kept);
    expect(judged).toMatchObject({ verdict: "held" });
  });

  test("the sound log holds on the same disks", async () => {
    expect(await judgeCrashState(walSubject, mode, proof)).toMatchObject({
      verdict: "held",
      violations: [],
    });
  });
});
