// The disk trace: what all lives of a chain did to their files, as plain data in one order.
import type { HistoryEvent } from "../history/history.ts";
import type { DiskImage, Inode } from "./image.ts";

/** A name in a directory; whether it leads anywhere is another matter. */
export interface NamePlace {
  readonly directory: Inode;
  readonly name: string;
}

/** Bytes of a file, at least one. */
export interface ByteRange {
  readonly offset: number;
  readonly length: number;
}

/** What a program can ask of the disk that changes it or makes a change durable. Units are bytes. */
export type DiskOperation =
  | { readonly kind: "create" | "mkdir"; readonly place: NamePlace; readonly inode: Inode }
  /** O_TMPFILE: a file that has no name; a link may give it one. */
  | { readonly kind: "create-unnamed"; readonly inode: Inode }
  /** One more name of a file. */
  | { readonly kind: "link"; readonly place: NamePlace; readonly inode: Inode }
  /** The inode is the one that moves; what bore the name `to` before loses it. */
  | {
      readonly kind: "rename";
      readonly from: NamePlace;
      readonly to: NamePlace;
      readonly inode: Inode;
    }
  /** RENAME_EXCHANGE: `inode`, which was at `from`, and `other`, which was at `to`, swap their names. */
  | {
      readonly kind: "exchange";
      readonly from: NamePlace;
      readonly to: NamePlace;
      readonly inode: Inode;
      readonly other: Inode;
    }
  /** Also the removal of an empty directory. */
  | { readonly kind: "unlink"; readonly place: NamePlace; readonly inode: Inode }
  /** Of at least one byte. */
  | {
      readonly kind: "write";
      readonly inode: Inode;
      readonly offset: number;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: "truncate"; readonly inode: Inode; readonly size: number }
  /** fallocate(2): space that reads as zeros; the file grows to hold it. */
  | {
      readonly kind: "allocate";
      readonly inode: Inode;
      readonly offset: number;
      readonly length: number;
    }
  /** A punched hole, or a range that was zeroed: what lies in it reads as zeros; the size stays. */
  | {
      readonly kind: "zero";
      readonly inode: Inode;
      readonly offset: number;
      readonly length: number;
    }
  /** With a range, only what lies in it and the size: what a write through O_SYNC or O_DSYNC binds. */
  | {
      readonly kind: "fsync" | "fdatasync";
      readonly inode: Inode;
      readonly range?: ByteRange | undefined;
    }
  /** fsync(2) of a directory. */
  | { readonly kind: "fsync-directory"; readonly inode: Inode };

/**
 * How a sync failed. It binds nothing, and the kernel takes the pages that it covered for clean: no
 * later sync binds them until they are written again. Reads find them `kept` (ext4, xfs) or
 * `reverted` to what is durable (btrfs).
 */
export interface SyncFailure {
  readonly code: string;
  readonly cache: "kept" | "reverted";
}

/**
 * An operation starts and later ends, and others may start or end in between; one that was cut off
 * has no end. `start` is the number of the event that started it. A mark is what the harness saw: an
 * acknowledgement stands where its pipe write ended, for that is when the promise was made, or before
 * what it was seen to have caused.
 */
export type DiskEvent =
  | { readonly kind: "start"; readonly operation: DiskOperation }
  | { readonly kind: "end"; readonly start: number; readonly failed?: SyncFailure | undefined }
  | { readonly kind: "mark"; readonly happened: HistoryEvent };

/** The disk at the start, all of it durable, and what happened to it; events are numbered from 0. */
export interface DiskTrace {
  readonly base: DiskImage;
  readonly events: readonly DiskEvent[];
}
