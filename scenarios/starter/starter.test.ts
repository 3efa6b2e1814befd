// The starter: it is written once, whole or not at all, and its configuration can be loaded.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DirectoryResult, dir } from "tmp-promise";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../../harness/command-line/usage-error.ts";
import { loadConfiguration } from "../configuration/load-configuration.ts";
import { starterText, writeStarter } from "./starter.ts";

const packageRoot = join(import.meta.dirname, "..", "..");
const packageEntry = join(import.meta.dirname, "..", "configuration", "configuration.ts");

describe("a starter", () => {
  let place: DirectoryResult;

  beforeEach(async () => {
    place = await dir({ unsafeCleanup: true });
  });
  afterEach(() => place.cleanup());

  it.each(["javascript", "python"] as const)(
    "in %s has a configuration that loads",
    async (language) => {
      const folder = join(place.path, "new", "folder");
      const request = { folder, language, packageRoot };
      const written = writeStarter(request);
      expect(written).toHaveLength(3);
      for (const path of written) {
        expect(readFileSync(join(folder, path), "utf8").length).toBeGreaterThan(100);
        expect(starterText(request)).toContain(join(folder, path));
      }
      const workflow = readFileSync(join(folder, ".github", "workflows", "ackproof.yml"), "utf8");
      // GitHub's own expression, so that the report of what held is kept too.
      expect(workflow).toContain("if: ${{ !cancelled() }}");
      expect(workflow).toContain("path: ackproof-report\n");
      const scenarios = await loadConfiguration({ folder, named: undefined, packageEntry });
      expect(scenarios?.map(({ name, inGate }) => ({ name, inGate }))).toEqual([
        { name: "journal", inGate: true },
      ]);
    },
  );

  it.each(["ackproof.config.ts", "journal.mjs"])(
    "is refused where %s is, and nothing is written",
    (name) => {
      writeFileSync(join(place.path, name), "mine");
      const write = (): unknown =>
        writeStarter({ folder: place.path, language: "javascript", packageRoot });
      expect(write).toThrow(UsageError);
      expect(write).toThrow(`${join(place.path, name)} is there already`);
      expect(readFileSync(join(place.path, name), "utf8")).toBe("mine");
      expect(existsSync(join(place.path, ".github"))).toBe(false);
      expect(existsSync(join(place.path, "ackproof.config.mjs"))).toBe(false);
    },
  );
});
