// The contract of an adapter: what is appended is found, in order, after a close and in a new life.
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { serverProblem } from "./server.mjs";
import { stores } from "./stores.mjs";

const LINES_MAX = 40;

let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "store-adapter-"));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

/** The same bytes in the shape that the harness hands over, one of them empty and one not text. */
const bytes = (text) => new Uint8Array(Buffer.from(text, "latin1"));

async function found(subject, options) {
  const values = [];
  for await (const { payload } of await subject.recover(directory, options)) {
    values.push(Buffer.from(payload).toString("latin1"));
  }
  return values;
}

for (const { adapter, name, options, server } of stores) {
  const skip = server !== undefined && serverProblem(server);
  test(`${name}: appended, closed, found, and written on`, { skip }, async () => {
    const { subject } = await import(`./adapters/${adapter}.mjs`);
    assert.deepEqual(await found(subject, options), []);
    const first = await subject.open(directory, options);
    await first.append(bytes("one"));
    await first.append(bytes(""));
    await first.batch?.([bytes("\0\xff\n"), bytes("three")]);
    await first.close();
    const expected = ["one", "", ...(first.batch === undefined ? [] : ["\0\xff\n", "three"])];
    assert.deepEqual(await found(subject, options), expected);
    assert.deepEqual(await found(subject, options), expected);
    const second = await subject.open(directory, options);
    await second.append(bytes("four"));
    await second.close();
    assert.deepEqual(await found(subject, options), [...expected, "four"]);
  });
}

test("every adapter is short, belongs to a store, and every store names a page", () => {
  const folder = new URL("adapters/", import.meta.url);
  const adapters = readdirSync(folder);
  assert.deepEqual(
    adapters.toSorted(),
    [...new Set(stores.map(({ adapter }) => `${adapter}.mjs`))].toSorted(),
  );
  for (const adapter of adapters) {
    const lines = readFileSync(new URL(adapter, folder), "utf8").trimEnd().split("\n");
    assert.ok(lines.length <= LINES_MAX, `${adapter} has ${lines.length} lines`);
  }
  for (const { name, page } of stores) assert.match(page, /^https:/, name);
});
