// What `ackproof init` writes runs at once, as its own text says, and is never written over.
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { dir } from "tmp-promise";
import { describe, expect, test } from "vitest";
import { missingFor } from "../subjects/fixtures/reference-subjects.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));

describe.each(["javascript", "python"] as const)("a starter in %s", (language) => {
  test("holds in the gate, and refuses to be written twice", async (context) => {
    const missing = missingFor(language);
    if (missing !== undefined && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(missing);
    context.skip(missing !== undefined, missing);
    const place = await dir({ unsafeCleanup: true });
    try {
      const run = (...words: readonly string[]) =>
        execa(process.execPath, [CLI, ...words], { cwd: place.path, reject: false });
      const init = ["init", "--language", language];
      expect(await run(...init)).toMatchObject({ exitCode: 0 });
      const gate = await run("gate", "--trials", "2", "--seed", "3", "--fault", "kill");
      expect(gate.stdout).toContain("verdict: held");
      expect(gate.exitCode).toBe(0);
      const again = await run(...init);
      expect(again.exitCode).toBe(2);
      expect(again.stderr).toContain("is there already");
    } finally {
      await place.cleanup();
    }
  });
});
