// How many states are legal: the same whichever way it is asked, and bounded where renames hang together.
import { expect, test } from "vitest";
import { stream } from "../seed.ts";
import { axesOf } from "./axes.ts";
import { AxisCalendar } from "./axis-sweep.ts";
import { versionsAfter } from "./disk-versions.ts";
import { LegalCount } from "./legal-count.ts";
import { type DeviceProfile, profiles } from "./profile.ts";
import { RecordingDisk } from "./recording-disk.ts";

/** Counts after each event of what a disk has seen. */
function countOf(disk: RecordingDisk, profile: DeviceProfile = profiles.posix): LegalCount {
  const versions = versionsAfter(disk.trace, disk.trace.events.length - 1, profile);
  return new LegalCount(new AxisCalendar(axesOf(versions)));
}

/** Files that are renamed at random, so that each rename hangs together with many. */
function tangled(files: number, renames: number): RecordingDisk {
  const disk = new RecordingDisk({ directory: "/s" });
  const random = stream(1, "renames");
  const names = Array.from({ length: files }, (_, file) => `/s/${file}`);
  for (const name of names) {
    disk.open(name, "create");
  }
  disk.syncDirectory("/s");
  for (let rename = 0; rename < renames; rename += 1) {
    const file = random.below(files);
    const free = Array.from({ length: 2 * files }, (_, name) => `/s/${name}`).filter(
      (name) => !names.includes(name),
    );
    const to = free[random.below(free.length)] ?? "";
    disk.rename(names[file] ?? "", to);
    names[file] = to;
  }
  return disk;
}

test("a chain of renames of one file leaves one state a rename, and the first", () => {
  const disk = tangled(1, 0);
  for (let rename = 1; rename <= 10; rename += 1) {
    disk.rename(`/s/${rename - 1}`, `/s/${rename}`);
    expect(countOf(disk).at(disk.trace.events.length - 1)).toBe(BigInt(rename + 1));
  }
});

test("asking for an earlier event begins anew, and gives the same", () => {
  const disk = tangled(4, 6);
  const events = [...disk.trace.events.keys()];
  const count = countOf(disk);
  const forward = events.map((at) => count.at(at));
  expect(events.toReversed().map((at) => count.at(at))).toEqual(forward.toReversed());
});

test("beyond the bound it ends with a lower bound, which is at least one", () => {
  const disk = tangled(40, 400);
  const last = disk.trace.events.length - 1;
  const bounded = countOf(disk).at(last);
  expect(bounded).toBeGreaterThanOrEqual(1n);
  // Parted, the same renames are counted in full, and they are more.
  expect(countOf(disk, profiles.alice).at(last)).toBeGreaterThan(bounded);
});
