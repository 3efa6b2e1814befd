// A directory of this machine as an image, with itself as the root.
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type DiskImage, type ImageNode, type Inode, ROOT_INODE } from "../disk/image.ts";
import { isZeroSector, SECTOR_BYTES } from "../disk/sectors.ts";
import { RecorderError } from "./recorder-error.ts";
import { volatileFiles } from "./volatile-files.ts";

/** How much is read, all files together. */
export interface DirectoryLimits {
  readonly bytes: number;
  readonly names: number;
}

const LIMITS: DirectoryLimits = { bytes: 2 ** 29, names: 100_000 };

/**
 * Reads all of it but the volatile files; two names of one file are told as such. Throws
 * `cannot-be-recorded` for what the model does not have: links by symbol, sockets, devices, and more
 * than the limits allow, by default 512 MiB or 100,000 names.
 */
export function readDirectoryImage(
  directory: string,
  patterns: readonly string[],
  limits: DirectoryLimits = LIMITS,
): DiskImage {
  const isVolatile = volatileFiles(patterns);
  const inodes = new Map<Inode, ImageNode>();
  const known = new Map<string, Inode>();
  const waiting = [{ path: "", inode: ROOT_INODE }];
  let [last, names, bytes] = [ROOT_INODE, 0, 0];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const children = new Map<string, Inode>();
    for (const name of readdirSync(join(directory, next.path)).sort()) {
      const path = next.path === "" ? name : `${next.path}/${name}`;
      const stat = lstatSync(join(directory, path), { bigint: true });
      if (!stat.isDirectory() && isVolatile(path)) continue;
      if (!stat.isDirectory() && !stat.isFile()) {
        throw refused(`${path} is neither a file nor a directory`);
      }
      names += 1;
      const key = `${stat.dev}:${stat.ino}`;
      const inode = known.get(key) ?? last + 1;
      children.set(name, inode);
      if (inode <= last) continue;
      last = inode;
      known.set(key, inode);
      bytes += Number(stat.size);
      if (names > limits.names || bytes > limits.bytes) {
        throw refused(
          `its directory holds more than ${limits.bytes} bytes or ${limits.names} names`,
        );
      }
      if (stat.isDirectory()) waiting.push({ path, inode });
      else inodes.set(inode, imageFile(readFileSync(join(directory, path))));
    }
    inodes.set(next.inode, { kind: "directory", names: children });
  }
  return { inodes };
}

function imageFile(content: Buffer): ImageNode {
  const sectors = new Map<number, Uint8Array>();
  for (let offset = 0; offset < content.length; offset += SECTOR_BYTES) {
    const sector = new Uint8Array(SECTOR_BYTES);
    sector.set(content.subarray(offset, offset + SECTOR_BYTES));
    if (!isZeroSector(sector)) sectors.set(offset / SECTOR_BYTES, sector);
  }
  return { kind: "file", size: content.length, sectors };
}

function refused(reason: string): RecorderError {
  return new RecorderError("cannot-be-recorded", reason);
}
