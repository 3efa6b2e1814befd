// What descriptors stand for: descriptions, which dup and fork share, and the tables that number them.
import type { LiveDirectory, LiveFile } from "../disk/name-tree.ts";

/** An open file of the recorded directory. All descriptors of one open share it, offset included. */
export interface OpenFile {
  readonly kind: "file";
  readonly node: LiveFile;
  offset: number;
  append: boolean;
  /** O_SYNC is an fsync of each write's own range, O_DSYNC an fdatasync of it. */
  readonly sync: "fsync" | "fdatasync" | undefined;
}

/** What a descriptor may lead to. */
export type Description =
  | OpenFile
  | { readonly kind: "directory"; readonly node: LiveDirectory }
  /** A file elsewhere, a pipe, a socket; the path is known where one was opened. */
  | { readonly kind: "outside"; readonly path: string | undefined }
  /** The pipes between the harness and the subject. */
  | { readonly kind: "input" | "output" };

interface Entry {
  readonly description: Description;
  closeOnExec: boolean;
}

/** The descriptors of a process; threads share one table. */
export class DescriptorTable {
  readonly #entries: Map<number, Entry>;

  constructor(entries: Iterable<readonly [number, Entry]> = []) {
    this.#entries = new Map(entries);
  }

  /** What the number leads to; `undefined` where the trace never saw it opened. */
  get(descriptor: number): Description | undefined {
    return this.#entries.get(descriptor)?.description;
  }

  set(descriptor: number, description: Description, closeOnExec = false): void {
    this.#entries.set(descriptor, { description, closeOnExec });
  }

  /** A further number for what `from` leads to; one that the trace never saw opened stays unknown. */
  duplicate(from: number, to: number, closeOnExec = false): void {
    const description = this.get(from);
    if (description === undefined) {
      this.#entries.delete(to);
    } else {
      this.set(to, description, closeOnExec);
    }
  }

  close(descriptor: number): void {
    this.#entries.delete(descriptor);
  }

  setCloseOnExec(descriptor: number, closeOnExec: boolean): void {
    const entry = this.#entries.get(descriptor);
    if (entry !== undefined) entry.closeOnExec = closeOnExec;
  }

  /** The numbers from `first` to `last` that are open. */
  between(first: number, last: number): readonly number[] {
    return [...this.#entries.keys()].filter((each) => each >= first && each <= last);
  }

  /** As fork leaves it: numbers of its own, descriptions shared. */
  copy(): DescriptorTable {
    return new DescriptorTable(
      Array.from(this.#entries, ([number, entry]) => [number, { ...entry }] as const),
    );
  }

  /** As exec leaves it. */
  afterExec(): DescriptorTable {
    return new DescriptorTable([...this.copy().#entries].filter(([, entry]) => !entry.closeOnExec));
  }
}
