// The program of a command: what can not be started is named, with the reason.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { findProgram } from "./command-program.ts";

let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "command-test-"));
  mkdirSync(join(folder, "folder"));
  mkdirSync(join(folder, "bin"));
  writeFileSync(join(folder, "text"), "text");
  chmodSync(join(folder, "text"), 0o644);
  writeFileSync(join(folder, "bin", "program"), "#!/bin/sh\n");
  chmodSync(join(folder, "bin", "program"), 0o755);
});

afterAll(() => rmSync(folder, { recursive: true }));

it("is found by its path, by one from the current directory, and in PATH", () => {
  const path = join(folder, "bin", "program");
  const found = { path, words: ["a", "b c"] };
  expect(findProgram("write", [path, "a", "b c"], "")).toEqual(found);
  const near = `./${relative(process.cwd(), path)}`;
  expect(findProgram("write", [near, "a", "b c"], "")).toEqual(found);
  const searched = `/no/such:${folder}:${join(folder, "bin")}`;
  expect(findProgram("write", ["program", "a", "b c"], searched)).toEqual(found);
  const nearBin = relative(process.cwd(), join(folder, "bin"));
  expect(findProgram("write", ["program", "a", "b c"], nearBin)).toEqual(found);
});

it.each([
  [[], /names no program/],
  [[""], /names no program/],
  [["program\u0000"], /zero byte/],
  [["program"], /no directory of PATH \(\/no\/such\) has "program"/],
  [["@/gone"], /gone does not exist/],
  [["@/text/below"], /below does not exist/],
  [["@/folder"], /folder is not a file/],
  [["@/text"], /text is not executable .*\(chmod \+x\)/],
])("%j: an error of configuration", (command, message) => {
  const words = command.map((word) => word.replace("@", folder));
  const find = (): unknown => findProgram("recover", words, "/no/such");
  expect(find).toThrow(expect.objectContaining({ code: "bad-subject" }));
  expect(find).toThrow(message);
  expect(find).toThrow(/the recover command/);
});
