// A visit to one crash state: where it is legal, and its disk in every form that somebody wants.
import type { StoragePort } from "../storage-port.ts";
import type { CrashChoice } from "./crash-choice.ts";
import type { CrashContent, SeenContent } from "./crash-content.ts";
import type { CrashFrame, FrameState } from "./crash-frame.ts";
import type { DiskImage, Inode } from "./image.ts";
import { MemoryDisk } from "./memory-disk.ts";
import type { ContentNode } from "./name-tree.ts";
import { RecordingDisk } from "./recording-disk.ts";

/** What a visit is made of. */
interface VisitParts {
  readonly content: CrashContent;
  readonly frame: CrashFrame;
  readonly state: FrameState;
  readonly seed: number;
  /** The crash points that are visited, both included. */
  readonly from: number;
  readonly to: number;
}

/** Stays valid when others follow. */
export class CrashVisit {
  /** A hash of the content: equal keys, equal disks. */
  readonly key: string;
  /** The state is legal right after each of the events `first` to `last`, as far as they are visited. */
  readonly first: number;
  readonly last: number;
  readonly #parts: VisitParts;

  constructor(parts: VisitParts) {
    const seen: SeenContent = parts.content.look(parts.frame, parts.state, parts.seed);
    this.key = seen.key;
    this.first = Math.max(seen.first, parts.from);
    this.last = Math.min(seen.last, parts.to);
    this.#parts = parts;
  }

  /** The state as `crashImage` takes it, with the profile, at any event from `first` to `last`. */
  choice(): CrashChoice {
    const { content, frame, state, seed } = this.#parts;
    return { base: "floor", clauses: content.clauses({ frame, state, seed }, this.first) };
  }

  /** The whole disk as data. */
  image(): DiskImage {
    const inodes = Array.from(this.#content().inodes, ([inode, node]) => [
      inode,
      node.kind === "file" ? { ...node, sectors: new Map(node.sectors) } : node,
    ]) satisfies [Inode, ContentNode][];
    return { inodes: new Map(inodes) };
  }

  /** A disk of its own that starts with this content. */
  disk(options: { readonly record: true }): RecordingDisk;
  disk(options?: { readonly record?: false }): StoragePort;
  disk({ record = false }: { readonly record?: boolean } = {}): StoragePort {
    return record ? RecordingDisk.fromImage(this.image()) : new MemoryDisk(this.#content());
  }

  #content(): ReturnType<CrashContent["content"]> {
    const { content, frame, state, seed } = this.#parts;
    return content.content(frame, state, seed);
  }
}
