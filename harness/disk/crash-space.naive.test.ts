// The crash space against the naive model: at every crash point, under every profile, the same disks.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { enumerable, everyLegalDisk } from "./fixtures/every-legal-disk.ts";
import { failing, syncEnds } from "./fixtures/failing-trace.ts";
import { overlapping } from "./fixtures/overlapping-trace.ts";
import { PROGRAM_DIRECTORY, portProgram, runProgram } from "./fixtures/random-program.ts";
import { RecordingDisk } from "./recording-disk.ts";

const run = fc.record({
  program: portProgram,
  length: fc.integer({ min: 5, max: 18 }),
  /** In hundredths of the trace. */
  moment: fc.noBias(fc.nat({ max: 99 })),
  ends: fc.oneof(fc.constant(["well"] as const), syncEnds),
  delays: fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 4 })), { minLength: 1, maxLength: 10 }),
});

test.each(enumerable)("$name", (profile) => {
  let states = 0;
  fc.assert(
    fc.property(run, ({ program, length, moment, ends, delays }) => {
      const disk = new RecordingDisk({ directory: PROGRAM_DIRECTORY });
      runProgram(program.slice(0, length), disk, PROGRAM_DIRECTORY);
      // What is under way at a kill is one operation, as the naive model has it.
      const trace = failing(overlapping(disk.trace, profile.names === "all" ? [0] : delays), ends);
      const at = Math.floor((moment / 100) * trace.events.length);
      const disks = everyLegalDisk({ trace, at, profile });
      if (disks === undefined) {
        return;
      }
      states += disks.naive.length;
      expect(disks.swept).toEqual(disks.naive);
      expect(disks.alone).toEqual(disks.naive);
    }),
    { numRuns: 100 },
  );
  // Points with one state each would show nothing; a kill has two at the most, and two at half of them.
  expect(states).toBeGreaterThan(profile.names === "all" ? 110 : 150);
});
