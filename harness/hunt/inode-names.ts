// What each inode was last called, followed through a trace.
import type { DiskOperation, DiskTrace } from "../disk/disk-trace.ts";
import { type DiskImage, type Inode, ROOT_INODE } from "../disk/image.ts";
import { nameChanges } from "../disk/name-changes.ts";

/** The last name of every inode; a file that was removed keeps the name that it had. */
export class InodeNames {
  readonly #names = new Map<Inode, string>();

  constructor(base: DiskImage) {
    for (const node of base.inodes.values()) {
      for (const [name, inode] of node.kind === "directory" ? node.names : []) {
        this.#names.set(inode, name);
      }
    }
  }

  /** Follows the operation, where it gives a name. */
  apply(operation: DiskOperation): void {
    for (const { kind, inode, place } of nameChanges(operation)) {
      if (kind === "given") this.#names.set(inode, place.name);
    }
  }

  isRoot(inode: Inode): boolean {
    return inode === ROOT_INODE;
  }

  nameOf(inode: Inode): string {
    return this.#names.get(inode) ?? (this.isRoot(inode) ? "/" : `inode ${inode}`);
  }
}

/** The names after event `at`. */
export function namesAfter(trace: DiskTrace, at: number): InodeNames {
  const names = new InodeNames(trace.base);
  for (const event of trace.events.slice(0, at + 1)) {
    if (event.kind === "start") {
      names.apply(event.operation);
    }
  }
  return names;
}
