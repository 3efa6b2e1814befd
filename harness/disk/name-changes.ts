// Which names an operation gives and takes: the one list of the operations on directories.
import type { DiskOperation, NamePlace } from "./disk-trace.ts";
import type { Inode } from "./image.ts";

/** An inode is given a name, or loses it. */
export interface NameChange {
  readonly kind: "given" | "taken";
  readonly place: NamePlace;
  readonly inode: Inode;
}

/** In the order in which they are read; what bore a name that is given anew is not told. */
export function nameChanges(operation: DiskOperation): readonly NameChange[] {
  switch (operation.kind) {
    case "create":
    case "mkdir":
    case "link":
      return [{ kind: "given", place: operation.place, inode: operation.inode }];
    case "unlink":
      return [{ kind: "taken", place: operation.place, inode: operation.inode }];
    case "rename":
      return [
        { kind: "taken", place: operation.from, inode: operation.inode },
        { kind: "given", place: operation.to, inode: operation.inode },
      ];
    case "exchange":
      return [
        { kind: "given", place: operation.from, inode: operation.other },
        { kind: "given", place: operation.to, inode: operation.inode },
      ];
    case "create-unnamed":
    case "write":
    case "truncate":
    case "allocate":
    case "zero":
    case "fsync":
    case "fdatasync":
    case "fsync-directory":
      return [];
  }
}
