// The reference subjects at the files that a crash may leave: what is sound is kept, no more, no less.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../harness/clock.ts";
import { isCommand, type SubjectReference } from "../../harness/subject.ts";
import { loadSubject } from "../../harness/supervisor/subject-loader.ts";
import { nodeStorage } from "../../wal/index.ts";
import {
  LANGUAGES,
  type Language,
  missingFor,
  referenceSubject,
} from "./fixtures/reference-subjects.ts";

/** Each line an operation; a batch is whole or not at all. */
const OPERATIONS = [["0.0:aaa"], ["1.0:bb", "1.1:cc", "1.2:d"], ["2"], ["3.0:eeee"]];
/** Starting a program takes long where the machine is slow: fewer files for those that start slowly. */
const FILES: { readonly [L in Language]: number } = { javascript: 60, python: 3, c: 25 };

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "journal-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

function command(words: readonly string[], directory: string, input = ""): string {
  const [program = "", ...rest] = words;
  const env = { PATH: process.env["PATH"], ACKPROOF_DIR: directory, ACKPROOF_MODE: "sync" };
  const { status, stdout, stderr } = spawnSync(program, rest, { input, env, encoding: "utf8" });
  if (status !== 0) throw new Error(`${words.join(" ")} exits with ${status}: ${stderr}`);
  return stdout;
}

const PORTS = { storage: nodeStorage, clock: systemClock };

/** One life that writes all operations; returns its answers, as lines. */
async function write(subject: SubjectReference, directory: string): Promise<string> {
  if (isCommand(subject)) {
    const lines = OPERATIONS.map((values, number) => {
      return `${number} ${values.length === 1 ? "append" : "batch"} ${values.join(" ")}\n`;
    });
    return command(subject.command.write, directory, lines.join(""));
  }
  const loaded = await loadSubject(subject, {});
  const store = await loaded.open(directory, { mode: "sync" }, PORTS);
  for (const values of OPERATIONS) await store.batch?.(values.map((value) => Buffer.from(value)));
  await store.close();
  return OPERATIONS.map((_, number) => `ack ${number}\n`).join("");
}

async function recover(subject: SubjectReference, directory: string): Promise<readonly string[]> {
  if (isCommand(subject))
    return command(subject.command.recover, directory).split("\n").slice(0, -1);
  const loaded = await loadSubject(subject, {});
  const values: string[] = [];
  for await (const { payload } of await loaded.recover(directory, { mode: "sync" }, PORTS)) {
    values.push(Buffer.from(payload).toString());
  }
  return values;
}

function storeWith(name: string, journal: Buffer): string {
  const directory = join(folder, name);
  mkdirSync(directory);
  writeFileSync(join(directory, "journal"), journal);
  return directory;
}

describe.each(LANGUAGES)("the journal in %s", (language) => {
  test("keeps whole operations from the beginning, wherever its file is cut or damaged", async (context) => {
    const missing = missingFor(language);
    if (missing !== undefined && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(missing);
    context.skip(missing !== undefined, missing);
    const own = join(folder, language);
    mkdirSync(own);
    const subject = referenceSubject(language, own);
    const sound = join(own, "sound");
    mkdirSync(sound);
    expect(await recover(subject, sound)).toEqual([]);
    expect(await write(subject, sound)).toBe("ack 0\nack 1\nack 2\nack 3\n");
    const bytes = readFileSync(join(sound, "journal"));
    expect(await recover(subject, sound)).toEqual(OPERATIONS.flat());
    const prefixes = OPERATIONS.map((_, count) => OPERATIONS.slice(0, count).flat());
    const step = Math.max(1, Math.floor(bytes.length / FILES[language]));
    for (let at = 1; at < bytes.length; at += step) {
      const cut = storeWith(`${language}-cut-${at}`, bytes.subarray(0, at));
      const found = await recover(subject, cut);
      expect(prefixes).toContainEqual(found);
      expect(await recover(subject, cut)).toEqual(found);
      const damaged = Buffer.from(bytes);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      expect(prefixes).toContainEqual(
        await recover(subject, storeWith(`${language}-${at}`, damaged)),
      );
    }
  });

  test("takes no line of an earlier life for one of its own", async (context) => {
    const missing = missingFor(language);
    context.skip(missing !== undefined, missing);
    const own = join(folder, `${language}-stale`);
    mkdirSync(own);
    const subject = referenceSubject(language, own);
    const directory = join(own, "store");
    mkdirSync(directory);
    await write(subject, directory);
    const earlier = readFileSync(join(directory, "journal"));
    expect(await recover(subject, directory)).toEqual(OPERATIONS.flat());
    const later = readFileSync(join(directory, "journal"));
    expect(later.length).toBe(earlier.length);
    // The last line of the new file never came to the disk: an earlier file's line shows in its place.
    const lastLine = later.lastIndexOf("\n", -2) + 1;
    later.set(earlier.subarray(lastLine), lastLine);
    writeFileSync(join(directory, "journal"), later);
    expect(await recover(subject, directory)).toEqual(OPERATIONS.slice(0, -1).flat());
  });
});
