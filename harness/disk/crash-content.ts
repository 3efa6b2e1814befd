// The content of crash states: what a program would see of one, as a hash, as an image, to be read.
import type { Axis } from "./axis.ts";
import { ContentHash, nameWord, scatter } from "./content-hash.ts";
import type { ChoiceClause } from "./crash-choice.ts";
import type { CrashFrame, FrameState } from "./crash-frame.ts";
import type { DiskVersions } from "./disk-versions.ts";
import { FileContents, type SeenFile } from "./file-contents.ts";
import { type Inode, ROOT_INODE } from "./image.ts";
import { narrow } from "./legal-span.ts";
import type { ContentNode, DiskContent } from "./name-tree.ts";
import type { VersionList } from "./version-list.ts";

/** A name that some state has. */
interface NamePart {
  readonly name: string;
  readonly word: number;
  readonly axis: Axis | undefined;
  /** What the name leads to by the axis's version; one value without an axis. */
  readonly values: readonly (Inode | undefined)[];
}

/** What a state comes to. Valid until the next state is looked at. */
export interface SeenContent {
  readonly key: string;
  /** The state is legal after the events `first` to `last`. */
  readonly first: number;
  readonly last: number;
}

/** Everything that states of a trace may hold; the work for a state is in proportion to what is open. */
export class CrashContent {
  readonly #directories = new Map<Inode, readonly NamePart[]>();
  readonly #files = new Map<Inode, FileContents>();
  readonly #hash = new ContentHash();
  readonly #span = { first: -1, until: Number.POSITIVE_INFINITY };
  readonly #places = new Map<Inode, number>();

  constructor(versions: DiskVersions, axes: readonly Axis[]) {
    const axisOf = new Map<VersionList<unknown>, Axis>(
      axes.flatMap((axis) => axis.parts.map(({ list }) => [list, axis] as const)),
    );
    for (const [inode, node] of versions.inodes) {
      if (node.kind === "file") {
        this.#files.set(inode, new FileContents(node, axisOf));
      } else {
        const names = new Set([...node.base.keys(), ...node.names.keys()]);
        const parts = Array.from(names, (name): NamePart => {
          const list = node.names.get(name);
          const axis = list === undefined ? undefined : axisOf.get(list);
          const values =
            list === undefined || axis === undefined
              ? [list === undefined ? node.base.get(name) : list.newest.value]
              : axis.valuesOf(list);
          return { name, word: nameWord(name), axis, values };
        });
        this.#directories.set(inode, parts);
      }
    }
  }

  /** Hashes a state and finds where it is legal; what no name leads to does not matter to either. */
  look(frame: CrashFrame, state: FrameState, seed: number): SeenContent {
    const hash = this.#hash;
    hash.clear();
    this.#span.first = -1;
    this.#span.until = Number.POSITIVE_INFINITY;
    this.#places.clear();
    this.#lookAt(ROOT_INODE, 0, { frame, state, seed });
    return { key: hash.text(), first: this.#span.first, last: this.#span.until - 1 };
  }

  #lookAt(directory: Inode, path: number, seen: SeenFile): void {
    const { frame, state } = seen;
    for (const part of this.#directories.get(directory) ?? []) {
      const version = part.axis === undefined ? 0 : frame.value(part.axis, state);
      if (part.axis !== undefined) {
        narrow(this.#span, part.axis, version);
      }
      const inode = part.values[version];
      if (inode !== undefined) {
        const place = scatter(path, part.word);
        const file = this.#files.get(inode);
        if (file === undefined) {
          this.#addDirectory(inode, place, seen);
        } else {
          this.#addFile(inode, file, place, seen);
        }
      }
    }
  }

  #addDirectory(inode: Inode, place: number, seen: SeenFile): void {
    const other = this.#places.get(inode);
    if (other !== undefined) {
      // A rename that was torn left it under both names.
      this.#hash.addWord(place, scatter(other, 3));
      return;
    }
    this.#places.set(inode, place);
    this.#hash.addWord(place, 1);
    this.#lookAt(inode, place, seen);
  }

  #addFile(inode: Inode, file: FileContents, place: number, seen: SeenFile): void {
    const other = this.#places.get(inode);
    if (other !== undefined) {
      // A second name of one file.
      this.#hash.addWord(place, scatter(other, 2));
      return;
    }
    this.#places.set(inode, place);
    const { left, right } = file.look(seen, this.#span);
    this.#hash.add(scatter(left, place), scatter(right, place ^ 0x6a09e667));
  }

  /** The files and directories that names lead to, and where the state is legal for their names. */
  *reached(frame: CrashFrame, state: FrameState): Generator<Inode> {
    const waiting: Inode[] = [ROOT_INODE];
    for (let inode = waiting.pop(); inode !== undefined; inode = waiting.pop()) {
      yield inode;
      for (const { axis, values } of this.#directories.get(inode) ?? []) {
        const child = values[axis === undefined ? 0 : frame.value(axis, state)];
        if (child !== undefined) {
          waiting.push(child);
        }
      }
    }
  }

  /** A file's size in bytes. */
  sizeOf(inode: Inode, frame: CrashFrame, state: FrameState): number {
    return this.#files.get(inode)?.size(frame, state) ?? 0;
  }

  /** The state as a disk that reads from the versions; nothing is copied. */
  content(frame: CrashFrame, state: FrameState, seed: number): DiskContent {
    const inodes = new Map<Inode, ContentNode>();
    for (const inode of this.reached(frame, state)) {
      const file = this.#files.get(inode);
      inodes.set(inode, file?.content({ frame, state, seed }) ?? this.#names(inode, frame, state));
    }
    return { inodes };
  }

  #names(directory: Inode, frame: CrashFrame, state: FrameState): ContentNode {
    const names = new Map<string, Inode>();
    for (const { name, axis, values } of this.#directories.get(directory) ?? []) {
      const inode = values[axis === undefined ? 0 : frame.value(axis, state)];
      if (inode !== undefined) {
        names.set(name, inode);
      }
    }
    return { kind: "directory", names };
  }

  /** What a state picks above the floors after event `at`, for all that can be seen. */
  clauses(seen: SeenFile, at: number): readonly ChoiceClause[] {
    const { frame, state } = seen;
    const reached = new Set(this.reached(frame, state));
    const axes = new Set<Axis>();
    for (const inode of reached) {
      for (const { axis } of this.#directories.get(inode) ?? []) {
        if (axis !== undefined) axes.add(axis);
      }
      this.#files
        .get(inode)
        ?.seenAxes(seen)
        .forEach((axis) => axes.add(axis));
    }
    return [...axes].flatMap((axis) => axisClauses(axis, seen, at));
  }
}

function axisClauses(
  axis: Axis,
  { frame, state, seed }: SeenFile,
  at: number,
): readonly ChoiceClause[] {
  const value = frame.value(axis, state);
  const alternative = value < 0 ? axis.alternatives[-1 - value] : undefined;
  if (alternative !== undefined) {
    return [alternative.clause(seed)];
  }
  const version = axis.events[value] ?? -1;
  return axis.parts.flatMap(({ list, inode, item }): ChoiceClause[] => {
    const kept = list.startedBy(version);
    // In a unit of several sectors, a sync may bind one and carry the others along.
    return kept.event < 0 || kept.boundAt <= at
      ? []
      : [{ kind: "version", version, owner: { kind: "inode", inode }, part: item }];
  });
}
