// The live directories and files of a recording disk: names are looked up and moved as Linux does.
import { type DiskCall, systemError } from "./disk-error.ts";
import type { DiskOperation } from "./disk-trace.ts";
import { type DiskImage, type ImageNode, type Inode, pathParts, ROOT_INODE } from "./image.ts";
import { LayeredSectors } from "./layered-sectors.ts";
import type { Sectors } from "./sectors.ts";

/** What a disk goes on from: an image is one, but the files' sectors need only be readable. */
export interface DiskContent {
  readonly inodes: ReadonlyMap<Inode, ContentNode>;
}

/** A file or directory of a content. */
export type ContentNode =
  | { readonly kind: "file"; readonly size: number; readonly sectors: Sectors }
  | { readonly kind: "directory"; readonly names: ReadonlyMap<string, Inode> };

const NO_SECTORS: Sectors = new Map<number, Uint8Array>();

/** A file as the page cache has it. It lives as long as a name or an open file leads to it. */
export interface LiveFile {
  readonly kind: "file";
  readonly inode: Inode;
  size: number;
  readonly sectors: LayeredSectors;
}

export interface LiveDirectory {
  readonly kind: "directory";
  readonly inode: Inode;
  readonly names: Map<string, LiveNode>;
}

export type LiveNode = LiveFile | LiveDirectory;

/** A name in a directory that is there, and what bears it now. */
export interface LivePlace {
  readonly directory: LiveDirectory;
  readonly name: string;
  readonly node: LiveNode | undefined;
}

/** The tree of names. Every method throws the error that the call named in `call` would give. */
export class NameTree {
  readonly #root: LiveDirectory = { kind: "directory", inode: ROOT_INODE, names: new Map() };
  #lastInode: Inode;

  /** New files are numbered above `lastInode`; without it, above all that are there. */
  constructor(image: DiskContent, lastInode?: Inode) {
    this.#lastInode = lastInode ?? Math.max(...image.inodes.keys());
    const nodes = new Map<Inode, LiveNode>([[ROOT_INODE, this.#root]]);
    for (const [inode, node] of image.inodes) {
      nodes.set(inode, nodes.get(inode) ?? liveNode(inode, node));
    }
    for (const [inode, node] of image.inodes) {
      const live = nodes.get(inode);
      if (node.kind === "directory" && live?.kind === "directory") {
        link(live, node.names, nodes);
      }
    }
  }

  /** What a path leads to. */
  find(path: string, call: DiskCall): LiveNode {
    return this.#walk(pathParts(path), call);
  }

  /** The directory that a path leads to. */
  directory(path: string, call: DiskCall): LiveDirectory {
    const node = this.find(path, call);
    if (node.kind !== "directory") {
      throw systemError("ENOTDIR", call);
    }
    return node;
  }

  /** The place that a path names, borne or not; its directory must be there. */
  place(path: string, call: DiskCall): LivePlace {
    const parts = pathParts(path);
    const name = parts.at(-1);
    if (name === undefined) {
      throw systemError("EBUSY", call);
    }
    const directory = this.#walk(parts.slice(0, -1), call);
    if (directory.kind !== "directory") {
      throw systemError("ENOTDIR", call);
    }
    return { directory, name, node: directory.names.get(name) };
  }

  /** A file or directory that has no name yet. */
  newFile(): LiveFile {
    this.#lastInode += 1;
    return {
      kind: "file",
      inode: this.#lastInode,
      size: 0,
      sectors: new LayeredSectors(NO_SECTORS),
    };
  }

  newDirectory(): LiveDirectory {
    this.#lastInode += 1;
    return { kind: "directory", inode: this.#lastInode, names: new Map() };
  }

  /** All that names lead to; a file that is only open is not part of it. */
  image(): DiskImage {
    const inodes = new Map<Inode, ImageNode>();
    const waiting: LiveNode[] = [this.#root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      inodes.set(node.inode, imageNodeOf(node));
      waiting.push(...(node.kind === "directory" ? node.names.values() : []));
    }
    return { inodes };
  }

  #walk(parts: readonly string[], call: DiskCall): LiveNode {
    let node: LiveNode = this.#root;
    for (const part of parts) {
      if (node.kind !== "directory") {
        throw systemError("ENOTDIR", call);
      }
      const next = node.names.get(part);
      if (next === undefined) {
        throw systemError("ENOENT", call);
      }
      node = next;
    }
    return node;
  }
}

/** What a rename would do, checked in Linux's order; `undefined` where it has nothing to do. */
export function renameOperation(
  from: LivePlace,
  to: LivePlace,
  call: DiskCall,
): (DiskOperation & { readonly kind: "rename" }) | undefined {
  const { node } = from;
  if (node === undefined) {
    throw systemError("ENOENT", call);
  }
  if (node.kind === "directory" && holds(node, to.directory)) {
    throw systemError("EINVAL", call);
  }
  if (to.node?.kind === "directory" && holds(to.node, from.directory)) {
    throw systemError("ENOTEMPTY", call);
  }
  if (to.node === node) {
    return undefined;
  }
  if (to.node !== undefined) {
    checkReplaceable(node, to.node, call);
  }
  return { kind: "rename", from: placeOf(from), to: placeOf(to), inode: node.inode };
}

function checkReplaceable(node: LiveNode, replaced: LiveNode, call: DiskCall): void {
  if (node.kind === "directory" && replaced.kind !== "directory") {
    throw systemError("ENOTDIR", call);
  }
  if (node.kind !== "directory" && replaced.kind === "directory") {
    throw systemError("EISDIR", call);
  }
  if (replaced.kind === "directory" && replaced.names.size > 0) {
    throw systemError("ENOTEMPTY", call);
  }
}

/** The place as a trace names it. */
export function placeOf(place: LivePlace): { directory: Inode; name: string } {
  return { directory: place.directory.inode, name: place.name };
}

/** True where `below` is `above` itself or lies under it. */
function holds(above: LiveDirectory, below: LiveDirectory): boolean {
  if (above === below) {
    return true;
  }
  return [...above.names.values()].some((node) => node.kind === "directory" && holds(node, below));
}

function liveNode(inode: Inode, node: ContentNode): LiveNode {
  return node.kind === "directory"
    ? { kind: "directory", inode, names: new Map() }
    : { kind: "file", inode, size: node.size, sectors: new LayeredSectors(node.sectors) };
}

function link(
  directory: LiveDirectory,
  names: ReadonlyMap<string, Inode>,
  nodes: ReadonlyMap<Inode, LiveNode>,
): void {
  for (const [name, inode] of names) {
    const node = nodes.get(inode);
    if (node !== undefined) {
      directory.names.set(name, node);
    }
  }
}

function imageNodeOf(node: LiveNode): ImageNode {
  return node.kind === "file"
    ? { kind: "file", size: node.size, sectors: new Map(node.sectors) }
    : {
        kind: "directory",
        names: new Map(Array.from(node.names, ([name, child]) => [name, child.inode])),
      };
}
