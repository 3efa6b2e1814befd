// The calls that make, move and remove names: open, mkdir, link, rename, unlink and their kin.

import type { LiveNode } from "../disk/name-tree.ts";
import { hasFlag, hasFlagAnywhere, numberAt, refusal, returned } from "./call-arguments.ts";
import type { CallHandler, FoldContext } from "./call-handler.ts";
import { Contradiction } from "./contradiction.ts";
import type { Description } from "./open-files.ts";
import type { PathArguments, Target } from "./path-lookup.ts";
import type { TracedThread } from "./process-table.ts";
import type { TracedCall } from "./traced-call.ts";

const FIRST: PathArguments = { path: 0 };
const SECOND: PathArguments = { path: 1 };
const AT_FIRST: PathArguments = { directory: 0, path: 1 };
const AT_THIRD: PathArguments = { directory: 2, path: 3 };

/** Every call on names, by name. */
export const nameCalls: Readonly<Record<string, CallHandler>> = {
  open: opener(FIRST, 1),
  openat: opener(AT_FIRST, 2),
  openat2: opener(AT_FIRST, 2),
  creat: opener(FIRST, undefined),
  mknod: nodeMaker(FIRST, 1),
  mknodat: nodeMaker(AT_FIRST, 2),
  mkdir: directoryMaker(FIRST),
  mkdirat: directoryMaker(AT_FIRST),
  rmdir: remover(FIRST, () => true),
  unlink: remover(FIRST, () => false),
  unlinkat: remover(AT_FIRST, (call) => hasFlag(call, 2, "AT_REMOVEDIR")),
  link: linker(FIRST, SECOND),
  linkat: linker(AT_FIRST, AT_THIRD),
  symlink: linkMaker({ path: 1 }),
  symlinkat: linkMaker({ directory: 1, path: 2 }),
  rename: renamer(FIRST, SECOND),
  renameat: renamer(AT_FIRST, AT_THIRD),
  renameat2: renamer(AT_FIRST, AT_THIRD),
  truncate: truncatePath,
};

/** Without an argument for flags it is creat(2). */
function opener(at: PathArguments, flags: number | undefined): CallHandler {
  return (call, thread, fold) => {
    const has = (flag: string): boolean => {
      return flags === undefined
        ? flag === "O_CREAT" || flag === "O_TRUNC"
        : hasFlag(call, flags, flag);
    };
    const description = opened(call, fold.paths.find(call, thread, at), { fold, has });
    const descriptor = returned(call) ?? -1;
    return () => thread.descriptors.set(descriptor, description, has("O_CLOEXEC"));
  };
}

interface Opening {
  readonly fold: FoldContext;
  readonly has: (flag: string) => boolean;
}

function opened(call: TracedCall, target: Target, { fold, has }: Opening): Description {
  if (target.kind === "outside") return { kind: "outside", path: target.path };
  const { tree } = fold;
  let node = target.kind === "node" ? target.node : tree.nodeAt(target.place);
  if (has("O_TMPFILE")) {
    node = tree.createUnnamed();
  } else if (target.kind === "place" && node === undefined) {
    if (!has("O_CREAT")) throw new Contradiction(`opens ${target.place.name}, which is not there`);
    node = tree.createFile(target.place);
  } else if (has("O_CREAT") && has("O_EXCL")) {
    requireNew(node, tree.isVolatile.bind(tree));
  }
  if (node === undefined) throw refusal(call, "opens what is not there");
  if (node.kind === "directory") return { kind: "directory", node };
  if (has("O_TRUNC") && node.size > 0) tree.truncate(node, 0);
  return { kind: "file", node, offset: 0, append: has("O_APPEND"), sync: syncOf(has) };
}

/** A volatile file is there as soon as it is asked for, so that its making says nothing. */
function requireNew(node: LiveNode | undefined, isVolatile: (node: LiveNode) => boolean): void {
  if (node !== undefined && !isVolatile(node)) {
    throw new Contradiction("makes a file that is there already");
  }
}

function syncOf(has: (flag: string) => boolean): "fsync" | "fdatasync" | undefined {
  if (has("O_SYNC")) return "fsync";
  return has("O_DSYNC") ? "fdatasync" : undefined;
}

function nodeMaker(at: PathArguments, mode: number): CallHandler {
  return (call, thread, fold) => {
    const target = fold.paths.find(call, thread, at);
    if (target.kind !== "place") return undefined;
    if (!hasFlag(call, mode, "S_IFREG")) {
      throw refusal(call, `makes ${target.place.name}, which is neither a file nor a directory`);
    }
    fold.tree.createFile(target.place);
    return undefined;
  };
}

function directoryMaker(at: PathArguments): CallHandler {
  return (call, thread, fold) => {
    const target = fold.paths.find(call, thread, at);
    if (target.kind === "place") fold.tree.makeDirectory(target.place);
    return undefined;
  };
}

function remover(at: PathArguments, ofDirectory: (call: TracedCall) => boolean): CallHandler {
  return (call, thread, fold) => {
    const target = fold.paths.find(call, thread, at);
    requireNotAbove(call, target, fold);
    if (target.kind !== "place") return undefined;
    const { place } = target;
    const node = fold.tree.nodeAt(place);
    if (node !== undefined && (node.kind === "directory") !== ofDirectory(call)) {
      throw new Contradiction(`removes ${place.name}, which is of another kind`);
    }
    fold.tree.unlink(place);
    return undefined;
  };
}

function linker(from: PathArguments, to: PathArguments): CallHandler {
  return (call, thread, fold) => {
    const source = fold.paths.find(call, thread, from);
    const target = fold.paths.find(call, thread, to);
    if (source.kind === "outside" && target.kind === "outside") return undefined;
    if (source.kind === "outside" || target.kind !== "place") {
      throw refusal(
        call,
        "gives a file a name inside the recorded directory and one outside of it",
      );
    }
    const node = source.kind === "place" ? fold.tree.nodeAt(source.place) : source.node;
    if (node?.kind !== "file") throw new Contradiction("links what is no file");
    fold.tree.link(node, target.place);
    return undefined;
  };
}

function linkMaker(at: PathArguments): CallHandler {
  return (call, thread, fold) => {
    const target = fold.paths.find(call, thread, at);
    if (target.kind === "outside") return undefined;
    throw refusal(call, "makes a symbolic link, which the model of the disk does not have");
  };
}

function renamer(from: PathArguments, to: PathArguments): CallHandler {
  return (call, thread, fold) => {
    const source = fold.paths.find(call, thread, from);
    const target = fold.paths.find(call, thread, to);
    requireNotAbove(call, source, fold);
    requireNotAbove(call, target, fold);
    if (source.kind === "outside" && target.kind === "outside") return undefined;
    if (hasFlagAnywhere(call, "RENAME_WHITEOUT")) {
      throw refusal(call, "leaves a whiteout, which the model of the disk does not have");
    }
    if (source.kind !== "place") {
      throw refusal(call, "moves a file into the recorded directory whose making was not recorded");
    }
    renameInside(call, { source, target, fold });
    return undefined;
  };
}

interface Renaming {
  readonly source: Target & { readonly kind: "place" };
  readonly target: Target;
  readonly fold: FoldContext;
}

function renameInside(call: TracedCall, { source, target, fold: { tree } }: Renaming): void {
  const exchanges = hasFlagAnywhere(call, "RENAME_EXCHANGE");
  if (target.kind !== "place") {
    if (exchanges)
      throw refusal(call, "exchanges a file for one outside of the recorded directory");
    tree.remove(source.place);
  } else if (exchanges) {
    tree.exchange(source.place, target.place);
  } else {
    if (hasFlagAnywhere(call, "RENAME_NOREPLACE") && tree.nodeAt(target.place) !== undefined) {
      throw new Contradiction(`replaces ${target.place.name}, which it may not`);
    }
    tree.rename(source.place, target.place);
  }
}

function truncatePath(call: TracedCall, thread: TracedThread, fold: FoldContext): undefined {
  const target = fold.paths.find(call, thread, FIRST);
  if (target.kind === "outside") return;
  const node = target.kind === "node" ? target.node : fold.tree.nodeAt(target.place);
  if (node?.kind !== "file") throw new Contradiction("cuts what is no file");
  fold.tree.truncate(node, numberAt(call, 1));
}

/** The recorded directory itself must stay where it is. */
function requireNotAbove(call: TracedCall, target: Target, { paths, tree }: FoldContext): void {
  const isRoot = target.kind === "node" && target.node === tree.root;
  if (isRoot || (target.kind === "outside" && paths.isAbove(target.path))) {
    throw refusal(call, "moves or removes the recorded directory");
  }
}
