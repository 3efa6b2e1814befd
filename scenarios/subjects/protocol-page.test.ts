// The protocol's page: its session is what the reference subject answers, its promises parse.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { dir } from "tmp-promise";
import { describe, expect, test } from "vitest";
import { parsePromise } from "../../harness/command-line/parse-promise.ts";
import { isCommand } from "../../harness/subject.ts";
import { missingFor, referenceSubject } from "./fixtures/reference-subjects.ts";

const page = readFileSync(
  fileURLToPath(new URL("../../docs/subject-protocol.md", import.meta.url)),
  "utf8",
);

/** What the session's block behind these words sends and gets, line by line. */
function session(words: string): { readonly sent: string; readonly got: string } {
  const [, block = ""] = page.slice(page.indexOf(words)).split("```\n");
  const lines = (mark: string): string =>
    block
      .split("\n")
      .flatMap((line) => (line.startsWith(mark) ? [`${line.slice(mark.length)}\n`] : []))
      .join("");
  return { sent: lines("> "), got: lines("< ") };
}

test("the session of the page is one that the journal has", async (context) => {
  const missing = missingFor("python");
  if (missing !== undefined && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(missing);
  context.skip(missing !== undefined, missing);
  const place = await dir({ unsafeCleanup: true });
  try {
    const subject = referenceSubject("python", place.path);
    if (!isCommand(subject)) throw new TypeError("not a command");
    const env = { PATH: process.env["PATH"], ACKPROOF_DIR: place.path, ACKPROOF_MODE: "sync" };
    const run = ([program = "", ...words]: readonly string[], input: string): string =>
      spawnSync(program, words, { env, input, encoding: "utf8" }).stdout;
    const { sent, got } = session("## A whole session");
    expect(sent.split("\n")).toHaveLength(6);
    // The page's writer is killed before it answers the last one.
    expect(run(subject.command.write, sent)).toBe(`${got}ack 4\n`);
    expect(run(subject.command.recover, "")).toBe(session("runs on the same directory").got);
    expect(readFileSync(join(place.path, "journal"), "latin1")).toContain("4.0:Zz9");
  } finally {
    await place.cleanup();
  }
});

describe("the promises of the page", () => {
  const rows = page.slice(page.indexOf("## What a promise can say")).matchAll(/^\| (`.*?) \|/gm);
  const words = [...rows].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, word]) => (word === undefined ? [] : [word])),
  );

  test("are many", () => expect(words.length).toBeGreaterThan(12));
  test.each(words)("%s is one", (word) => {
    expect(Object.keys(parsePromise(word))).toHaveLength(1);
  });
});
