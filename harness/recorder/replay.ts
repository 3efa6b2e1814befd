// The replay of a trace: the disk as all of its operations leave it.
import { parseCrashChoice } from "../disk/crash-choice.ts";
import { crashImage } from "../disk/crash-image.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { DiskImage, Inode } from "../disk/image.ts";

/** The disk when nothing was lost. */
export function replayed(trace: DiskTrace): DiskImage {
  return crashImage(trace, { at: trace.events.length - 1, keep: parseCrashChoice("newest") });
}

/** The greatest number that a trace gave to anything, be it removed. */
export function lastInode({ base, events }: DiskTrace): Inode {
  let last = Math.max(...base.inodes.keys());
  for (const event of events) {
    if (event.kind === "start") last = Math.max(last, event.operation.inode);
  }
  return last;
}
