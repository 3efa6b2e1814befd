// Where ackproof is installed: its version, and the file that its children run.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What a campaign needs to know of the package it belongs to. */
export interface Installation {
  readonly version: string;
  /** The package's folder. */
  readonly root: string;
  /** The bundled entry of every child; made by the build, so it may be missing in a checkout. */
  readonly childFile: string;
}

/**
 * Found by walking up from this file, which lies at different depths in the sources and in dist.
 * @throws an error where no package.json of ackproof lies above.
 */
export function readInstallation(): Installation {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest)) {
      const version = versionOf(readFileSync(manifest, "utf8"));
      if (version !== undefined) {
        return { version, root: folder, childFile: join(folder, "dist", "child.cjs") };
      }
    }
    const parent = dirname(folder);
    if (parent === folder) throw new Error("The package.json of ackproof was not found.");
    folder = parent;
  }
}

function versionOf(manifest: string): string | undefined {
  const content: unknown = JSON.parse(manifest);
  if (typeof content !== "object" || content === null) return undefined;
  if (!("name" in content && "version" in content) || content.name !== "ackproof") return undefined;
  return typeof content.version === "string" ? content.version : undefined;
}
