// A crash image: the disk that a power cut at one point of a trace may leave, for one choice.
//
// What the model takes for granted; tests cite the numbers.
//  1. Everything in the trace's base is durable.
//  2. A sector of 512 bytes holds one of its versions, whole, but for 13. A version holds all
//     earlier writes to that sector: never a later write without the one before it. Where operations
//     overlap, they take effect in the order of their starts.
//  3. Sectors, sizes and names are chosen apart: any of them may be ahead of any other, also in one
//     file, also of one operation.
//  4. An operation may be on the disk from its start, in part, and may be missing until it is bound.
//  5. A sync binds from its end, and covers what had ended before it started. One that never ended
//     binds nothing.
//  6. fsync and fdatasync of a file bind its data, its allocation and its size, grown or cut. They
//     bind no name. (What fsync binds beyond that, times and owners, has no place in an image.)
//  7. fsync of a directory binds the additions to and removals from that directory: not what the
//     names lead to, and not the directory's own name in its parent.
//  8. A rename is one step, also between two directories and over an existing name: both names have
//     it or neither. What binds one of them binds both.
//  9. Nothing else binds: no close, no rename, no exit, no kill, no acknowledgement.
// 10. Cutting a file gives a version of its size and one of every sector cut, which reads zero from
//     there on; these too are chosen apart.
// 11. Space in a file that no kept version wrote reads as zeros or as what the base held there, but
//     for 13. A file whose name survived alone is empty, a directory likewise.
// 12. Bytes at and beyond a file's size are not seen again: growing the file shows zeros.
// 13. A sector that was written and never synced may hold, instead of a version, what the device had
//     there before: random bytes, or by choice the bytes of another file, removed or not, at the same
//     offset, the newest or those of an earlier event.
//     It counts as synced once a sync has bound a version of it or a size that reaches into it (by an
//     allocation, or a write further on), and if the base had something there; from then on it holds
//     one of its versions, never such bytes.
// 14. A write that crosses pages of 4096 bytes is done page by page: a trace has an operation for each,
//     and the file may end where any of them ended.
// 15. An exchange of two names is one step, as a rename is. A file that was made without a name is
//     nowhere until a link names it; a link is a name, and makes nothing of the file durable.
// 16. A hole, or a range made zero, gives a version of every sector that it touches and none of the
//     size. A sync with a range binds the size and, of the sectors, those that the range touches:
//     that is how a write through O_SYNC or O_DSYNC is made durable.
// 17. A sync that fails binds nothing, and the pages that it tried to write are clean from then on: no
//     sync binds what they hold until something is written there anew, by an operation that starts
//     after the failure and has ended when the sync starts; that sync binds all of the page. The
//     size is left out likewise, until anything of the file is changed. (ext4, XFS.)
// 18. Where the page cache goes back to what is durable (Btrfs), a page does so whose unbound versions
//     that sync covered, all of them; they are gone for good. The size stays. A page of which the file
//     was cut stays too.
// 19. A directory's sync that fails binds nothing, and the next that succeeds binds all: names lie in a
//     journal, and a file system that cannot write its journal stops.
//
// What other devices promise, more or less than this, is in profile.ts; what is not simulated, in
// docs/crash-model.md.
import { chosenState } from "./chosen-state.ts";
import type { CrashChoice } from "./crash-choice.ts";
import type { CrashState } from "./crash-state.ts";
import type { DiskTrace } from "./disk-trace.ts";
import { type DiskVersions, versionsAfter } from "./disk-versions.ts";
import { type DiskImage, type ImageNode, type Inode, ROOT_INODE } from "./image.ts";
import type { DirectoryVersions, FileVersions } from "./inode-versions.ts";
import { requireTogether } from "./kept-together.ts";
import type { DeviceProfile } from "./profile.ts";
import { cutSectors, sectorCount } from "./sectors.ts";

export interface CrashPoint {
  /** The power fails right after this event; -1 is before the first. */
  readonly at: number;
  readonly keep: CrashChoice;
  /** What the device promises; default `posix`, which is what the list above says. */
  readonly profile?: DeviceProfile;
}

/**
 * The disk after the power cut. Throws `bad-crash-point` for an event that is not there,
 * `bad-choice` for an item that the trace does not have by then, for stale bytes against rule 13, and
 * for parting what the profile keeps together; `bad-trace` for a trace that contradicts itself.
 */
export function crashImage(trace: DiskTrace, { at, keep, profile }: CrashPoint): DiskImage {
  const versions = versionsAfter(trace, at, profile);
  const state = chosenState(versions, keep);
  const image = stateImage(versions, state);
  requireTogether(versions, { state, at, image });
  return image;
}

/** The disk with nothing but what is bound: always legal, and quicker than by a choice in a trace. */
export function floorImage(versions: DiskVersions): DiskImage {
  return stateImage(versions, chosenState(versions, { base: "floor", clauses: [] }));
}

/** The disk with these versions, as far as names lead from the root. */
function stateImage(versions: DiskVersions, state: CrashState): DiskImage {
  const inodes = new Map<Inode, ImageNode>();
  const waiting: Inode[] = [ROOT_INODE];
  for (let inode = waiting.pop(); inode !== undefined; inode = waiting.pop()) {
    const node = versions.inodes.get(inode);
    if (node?.kind === "file") {
      inodes.set(inode, fileImage(node, state));
    } else if (node !== undefined) {
      const names = directoryNames(node, state);
      inodes.set(inode, { kind: "directory", names });
      waiting.push(...names.values());
    }
  }
  return { inodes };
}

function directoryNames(directory: DirectoryVersions, state: CrashState): Map<string, Inode> {
  const names = new Map(directory.base);
  for (const [name, list] of directory.names) {
    const inode = state.value(list);
    if (inode === undefined) {
      names.delete(name);
    } else {
      names.set(name, inode);
    }
  }
  return names;
}

function fileImage(file: FileVersions, state: CrashState): ImageNode {
  const size = state.value(file.size);
  const sectors = new Map(file.base.sectors);
  for (const [index, list] of file.sectors) {
    const content = state.sector(list);
    if (content === undefined) {
      sectors.delete(index);
    } else {
      sectors.set(index, content);
    }
  }
  for (const [index, content] of cutSectors(sectors, size)) {
    if (content === undefined || index >= sectorCount(size)) {
      sectors.delete(index);
    } else {
      sectors.set(index, content);
    }
  }
  return { kind: "file", size, sectors };
}
