// The sweep against its definition: what is open, and what changed, at every crash point.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { axesOf } from "./axes.ts";
import type { Axis } from "./axis.ts";
import { AxisCalendar, AxisSweep } from "./axis-sweep.ts";
import { CrashFrame, isOpen, legalAlternatives } from "./crash-frame.ts";
import { versionsAfter } from "./disk-versions.ts";
import { PROGRAM_DIRECTORY, portProgram, runProgram } from "./fixtures/random-program.ts";
import { profileNamed, profiles } from "./profile.ts";
import { RecordingDisk } from "./recording-disk.ts";

/** Everything that is legal of an axis after event `at`. */
const legal = (axis: Axis, at: number): unknown => [
  axis.floorAt(at),
  axis.newestAt(at),
  legalAlternatives(axis, at),
];

test("at each crash point the open axes are open, and an axis that did not change is as before", () => {
  let changed = 0;
  const names = fc.constantFrom(...Object.keys(profiles));
  fc.assert(
    fc.property(portProgram, names, (program, name) => {
      const disk = new RecordingDisk({ directory: PROGRAM_DIRECTORY });
      runProgram(program, disk, PROGRAM_DIRECTORY);
      const last = disk.trace.events.length - 1;
      const axes = axesOf(versionsAfter(disk.trace, last, profileNamed(name)));
      const sweep = new AxisSweep(new AxisCalendar(axes));
      for (let at = 0; at <= last; at += 1) {
        const changes = sweep.next();
        expect(sweep.at).toBe(at);
        const open = axes.filter((axis) => isOpen(axis, at));
        const frame = sweep.frame();
        expect(new Set(frame.open)).toEqual(new Set(open));
        expect(frame.floor.length).toBe(new CrashFrame(at, open).floor.length);
        for (const axis of axes.filter((each) => !changes.has(each))) {
          expect(legal(axis, at)).toEqual(legal(axis, at - 1));
        }
        changed += changes.size;
      }
    }),
    { numRuns: 30 },
  );
  expect(changed).toBeGreaterThan(250);
});

test("nothing changes at the end of a trace, and beyond it", () => {
  const calendar = new AxisCalendar([]);
  expect([...calendar.changes(0), ...calendar.changes(1000)]).toEqual([]);
});
