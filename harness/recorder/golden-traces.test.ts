// Golden traces: what strace once printed of real programs, and the disk traces that it came to.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { formatTrace } from "../disk/trace-text.ts";
import { foldedText } from "./fixtures/folded-text.ts";

const FOLDER = fileURLToPath(new URL("fixtures/golden/", import.meta.url));
const NAMES = readdirSync(FOLDER).flatMap((file) => file.match(/^(.*)\.strace$/)?.[1] ?? []);

test("there are some", () => expect(NAMES).toHaveLength(4));

test.each(NAMES)("%s", async (name) => {
  const lines = readFileSync(`${FOLDER}${name}.strace`, "utf8").trimEnd().split("\n");
  const result = foldedText(lines);
  const text = result.kind === "recorded" ? formatTrace(result.trace) : result.because;
  await expect(`${text}\n`).toMatchFileSnapshot(`${FOLDER}${name}.trace`);
});
