// The crash space against the naive model: at every crash point, under every profile, the same disks.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CrashSpace } from "./crash-space.ts";
import { legalImages } from "./fixtures/legal-images.ts";
import { PROGRAM_DIRECTORY, portProgram, runProgram } from "./fixtures/random-program.ts";
import { imageHash } from "./image.ts";
import { type DeviceProfile, profiles } from "./profile.ts";
import { RecordingDisk } from "./recording-disk.ts";

/** Random bytes cannot be enumerated; the tests of stale sectors and garbage are elsewhere. */
const tested: readonly DeviceProfile[] = [
  { ...profiles.posix, neverSynced: ["zeros"] },
  profiles.ext4,
  { ...profiles.alice, neverSynced: ["zeros"] },
  { ...profiles["lazy-fdatasync"], neverSynced: ["zeros"] },
  { ...profiles.lying, neverSynced: ["zeros"] },
  profiles.kill,
];

const ALL = { seed: 1, statesMax: 100_000, exhaustiveMax: 100_000 };

const run = fc.record({
  program: portProgram,
  length: fc.integer({ min: 5, max: 18 }),
  /** In hundredths of the trace. */
  moment: fc.noBias(fc.nat({ max: 99 })),
});

test.each(tested)("$name", (profile) => {
  let states = 0;
  fc.assert(
    fc.property(run, ({ program, length, moment }) => {
      const disk = new RecordingDisk({ directory: PROGRAM_DIRECTORY });
      runProgram(program.slice(0, length), disk, PROGRAM_DIRECTORY);
      const { trace } = disk;
      const at = Math.floor((moment / 100) * trace.events.length);
      const expected = legalImages({ trace, at, profile });
      if (expected === undefined) {
        return;
      }
      const visited = new Set<string>();
      for (const visit of new CrashSpace(trace, profile).visit({ ...ALL, to: at })) {
        if (visit.first <= at && at <= visit.last) {
          visited.add(imageHash(visit.image()));
        }
      }
      states += visited.size;
      expect([...visited].sort()).toEqual([...new Set(expected.map(imageHash))].sort());
    }),
    { numRuns: 100 },
  );
  // Points with one state each would show nothing; a kill has two at the most, and two at half of them.
  expect(states).toBeGreaterThan(profile.names === "all" ? 120 : 150);
});
