// The file system that holds a directory, as the mount table tells it.
import { readFileSync, realpathSync } from "node:fs";
import { platform } from "node:os";

export interface PlaceOfFiles {
  /** As `ext4`; `unknown` where the system does not tell. */
  readonly type: string;
  /** The mount's own options and its file system's, with commas between. */
  readonly options: string;
  /** True for file systems in memory, where a sync costs nothing. */
  readonly isInMemory: boolean;
}

const IN_MEMORY: ReadonlySet<string> = new Set(["tmpfs", "ramfs"]);
const UNKNOWN: PlaceOfFiles = { type: "unknown", options: "unknown", isInMemory: false };

/** @throws an error with a `code` where there is no such directory */
export function placeOfFiles(directory: string): PlaceOfFiles {
  const path = realpathSync(directory);
  if (platform() !== "linux") return UNKNOWN;
  return placeInTable(path, readFileSync("/proc/self/mountinfo", "utf8"));
}

/** The same of a real path in a mount table (proc(5), mountinfo). Of two mounts on one point the later counts. */
export function placeInTable(path: string, table: string): PlaceOfFiles {
  let found: PlaceOfFiles | undefined;
  let length = -1;
  for (const line of table.split("\n")) {
    const { point, place } = mountOf(line);
    const isAround = point !== "" && `${path}/`.startsWith(point.replace(/\/*$/, "/"));
    if (isAround && point.length >= length) {
      found = place;
      length = point.length;
    }
  }
  return found ?? UNKNOWN;
}

/** id, parent, device, root, mount point, options, ... "-", type, source, more options. */
function mountOf(line: string): { readonly point: string; readonly place: PlaceOfFiles } {
  const [mount = "", file = ""] = line.split(" - ");
  const [, , , , point = "", options = ""] = mount.split(" ");
  const [type = "unknown", , more = ""] = file.split(" ");
  const all = [...new Set([...options.split(","), ...more.split(",")])].filter(
    (each) => each !== "",
  );
  const place = { type, options: all.join(","), isInMemory: IN_MEMORY.has(type) };
  return { point: unescaped(point), place };
}

/** Blanks and their like stand as octal numbers. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
