// A name in the recorded directory, as the tree, the trace and a rename see it.
import type { NamePlace } from "../disk/disk-trace.ts";
import type { LiveDirectory, renameOperation } from "../disk/name-tree.ts";

/** A place in the recorded directory, borne or not. */
export interface TreePlace {
  readonly directory: LiveDirectory;
  readonly name: string;
}

/** As the trace names it. */
export function traced({ directory, name }: TreePlace): NamePlace {
  return { directory: directory.inode, name };
}

/** With what bears it now. */
export function live({ directory, name }: TreePlace): Parameters<typeof renameOperation>[0] {
  return { directory, name, node: directory.names.get(name) };
}
