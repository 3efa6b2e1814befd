// Axes: which things a crash parts under which profile.
import { expect, test } from "vitest";
import { CrashSpace } from "./crash-space.ts";
import { ROOT_INODE } from "./image.ts";
import { profileNamed, profiles } from "./profile.ts";
import { RecordingDisk } from "./recording-disk.ts";

const ALL = { seed: 1, statesMax: 10_000, exhaustiveMax: 10_000 };

test.each(Object.keys(profiles))("%s: a rename is torn under alice and under no other", (name) => {
  const disk = new RecordingDisk({ directory: "/s" });
  disk.open("/s/a", "create");
  disk.syncDirectory("/s");
  const from = disk.trace.events.length;
  disk.rename("/s/a", "/s/b");
  disk.makeDirectory("/s/d");
  disk.rename("/s/b", "/s/d/c");
  // Lying, the first name may be missing for want of its creation.
  const missing = name === "lying" ? [""] : [];
  const seen = new Set<string>();
  for (const visit of new CrashSpace(disk.trace, profileNamed(name)).visit({ ...ALL, from })) {
    const { inodes } = visit.image();
    const names = [...inodes].flatMap(([inode, node]) =>
      node.kind === "directory" && inode !== ROOT_INODE ? [...node.names.keys()] : [],
    );
    seen.add(names.filter((each) => each !== "d").join());
  }
  const whole = new Set(["a", "b", "c", ...missing]);
  const torn = [...seen].filter((each) => !whole.has(each));
  if (name === "alice") {
    expect(torn).toEqual(expect.arrayContaining(["", "a,b"]));
  } else {
    expect(torn).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining(["b", "c"]));
  }
});
