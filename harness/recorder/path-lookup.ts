// Path lookup: what a path argument leads to, inside the recorded directory or outside of it.
import { posix } from "node:path";
import type { LiveNode } from "../disk/name-tree.ts";
import { pathAt, refusal } from "./call-arguments.ts";
import { Contradiction } from "./contradiction.ts";
import type { Description } from "./open-files.ts";
import type { TracedThread } from "./process-table.ts";
import type { RecordedTree } from "./recorded-tree.ts";
import type { TracedCall } from "./traced-call.ts";
import type { TreePlace } from "./tree-place.ts";

/** Where a path leads. */
export type Target =
  | { readonly kind: "outside"; readonly path: string }
  /** A name in the directory, with what bears it. */
  | { readonly kind: "place"; readonly place: TreePlace; readonly node: LiveNode | undefined }
  /** What an open descriptor stands for (`/proc/self/fd/7`), or the recorded directory itself. */
  | { readonly kind: "node"; readonly node: LiveNode };

/** A path in a call: the argument of the directory's descriptor, if it has one, and of the path. */
export interface PathArguments {
  readonly directory?: number;
  readonly path: number;
}

const DESCRIPTOR_PATH = /^\/(?:proc\/(?:self|thread-self|\d+)|dev)\/fd\/(\d+)$/;

/** Finds paths for the calls of one recording. */
export class PathLookup {
  readonly #root: string;
  readonly #tree: RecordedTree;

  /** `root` is the recorded directory's own path, without links. */
  constructor(root: string, tree: RecordedTree) {
    this.#root = root;
    this.#tree = tree;
  }

  find(call: TracedCall, thread: TracedThread, at: PathArguments): Target {
    const text = pathAt(call, at.path);
    if (text === "") return this.#described(call, thread, at);
    const byDescriptor = DESCRIPTOR_PATH.exec(text)?.[1];
    if (byDescriptor !== undefined) {
      return targetOf(thread.descriptors.get(Number(byDescriptor)), text);
    }
    const path = posix.resolve(text.startsWith("/") ? "/" : this.#start(call, thread, at), text);
    return this.#resolve(path);
  }

  /** The path that lies outside of the directory, or around it, is one that it depends on. */
  isAbove(path: string): boolean {
    return path === this.#root || this.#root.startsWith(path === "/" ? "/" : `${path}/`);
  }

  /** AT_EMPTY_PATH: what the descriptor itself leads to. */
  #described(call: TracedCall, thread: TracedThread, at: PathArguments): Target {
    const descriptor = at.directory === undefined ? undefined : call.args[at.directory];
    return targetOf(
      descriptor?.kind === "number" ? thread.descriptors.get(descriptor.value) : undefined,
      "",
    );
  }

  /** The absolute path that a relative one starts from. */
  #start(call: TracedCall, thread: TracedThread, at: PathArguments): string {
    const argument = at.directory === undefined ? undefined : call.args[at.directory];
    if (argument?.kind === "number") {
      const description = thread.descriptors.get(argument.value);
      if (description?.kind === "outside" && description.path !== undefined) {
        return description.path;
      }
      if (description?.kind === "directory") return this.#pathOf(call, description.node);
      throw refusal(call, "starts from a directory that the trace never saw opened");
    }
    const from = thread.directory.at;
    return from.kind === "outside" ? from.path : this.#pathOf(call, from.node);
  }

  #pathOf(call: TracedCall, node: Parameters<RecordedTree["pathOf"]>[0]): string {
    const path = this.#tree.pathOf(node);
    if (path === undefined) throw refusal(call, "starts from a directory that was removed");
    return posix.join(this.#root, path);
  }

  #resolve(path: string): Target {
    if (path === this.#root) return { kind: "node", node: this.#tree.root };
    if (!path.startsWith(this.#root === "/" ? "/" : `${this.#root}/`)) {
      return { kind: "outside", path };
    }
    const parts = path
      .slice(this.#root.length)
      .split("/")
      .filter((part) => part !== "");
    const name = parts.pop() ?? "";
    let directory = this.#tree.root;
    for (const part of parts) {
      const next = directory.names.get(part);
      if (next?.kind !== "directory") throw new Contradiction(`finds no directory ${part} there`);
      directory = next;
    }
    return { kind: "place", place: { directory, name }, node: directory.names.get(name) };
  }
}

function targetOf(description: Description | undefined, path: string): Target {
  return description?.kind === "file" || description?.kind === "directory"
    ? { kind: "node", node: description.node }
    : {
        kind: "outside",
        path: description?.kind === "outside" ? (description.path ?? path) : path,
      };
}
