// A disk image as files of this machine: the store of an artifact, and of its replay.
import { linkSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type DiskImage, fileBytes, type Inode, imageEntries } from "../disk/image.ts";
import { ArtifactError } from "./artifact-error.ts";
import { ARTIFACT_LIMIT_BYTES } from "./stored-files.ts";

/**
 * Writes everything below `directory` of the image into the new folder `to`; the root is `""`. Names
 * of one file are links to it.
 * @throws ArtifactError `corrupt` where the files are larger than an artifact, or a name leads out
 */
export function layOutImage(image: DiskImage, directory: string, to: string): void {
  mkdirSync(to, { recursive: true });
  const places = new Map<Inode, string>();
  let bytes = 0;
  for (const { path, inode, node } of imageEntries(image)) {
    if (!path.startsWith(`${directory}/`)) continue;
    const parts = path.slice(directory.length + 1).split("/");
    if (parts.some((part) => part === "" || part === "." || part === "..")) {
      throw new ArtifactError("corrupt", `the disk has a name that leads elsewhere: ${path}`);
    }
    const place = join(to, ...parts);
    if (node.kind === "directory") {
      mkdirSync(place, { recursive: true });
      continue;
    }
    mkdirSync(dirname(place), { recursive: true });
    const other = places.get(inode);
    if (other !== undefined) {
      linkSync(other, place);
      continue;
    }
    places.set(inode, place);
    bytes += node.size;
    if (bytes > ARTIFACT_LIMIT_BYTES) {
      throw new ArtifactError("corrupt", `the disk's files are larger than an artifact may be`);
    }
    writeFileSync(place, fileBytes(node));
  }
}
