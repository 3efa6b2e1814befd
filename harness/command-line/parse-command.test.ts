// From words to commands and back, and each way of getting them wrong.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { COMMAND_NAMES, COMMANDS } from "./commands.ts";
import { commandText, overviewText } from "./help-text.ts";
import { nearestName } from "./nearest-name.ts";
import { parseCommand } from "./parse-command.ts";
import { measureCommand, repeatCommand, replayCommand } from "./repeat-command.ts";
import { requirePlatform } from "./require-platform.ts";
import { splitWords } from "./split-words.ts";
import { UsageError, type UsageErrorCode } from "./usage-error.ts";

function refusal(work: () => unknown): { code: UsageErrorCode; message: string } | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof UsageError) return { code: error.code, message: error.message };
    throw error;
  }
  return undefined;
}

describe("parseCommand", () => {
  it("takes the gate as given or by default, with everything left open", () => {
    const open = { seed: undefined, trials: undefined, timeMs: undefined, mode: undefined };
    expect(parseCommand([])).toMatchObject({ kind: "gate", scenarios: [], faults: [], ...open });
    expect(parseCommand(["wal"])).toMatchObject({ scenarios: ["wal"], spelledOut: false });
    expect(parseCommand(["gate", "wal"])).toMatchObject({ scenarios: ["wal"], spelledOut: true });
    expect(parseCommand([])).toMatchObject({ out: "ackproof-report", json: false, quiet: false });
  });

  it("reads each option of the gate", () => {
    const words =
      "gate a b --seed 4294967295 --trials 5 --time 2m --bound 1% --concurrency 3 --fault kill --fault kill:ack";
    const more = "--mode sync --require-all --out o --json --quiet --config c.ts";
    expect(parseCommand([...words.split(" "), ...more.split(" ")])).toEqual({
      kind: "gate",
      scenarios: ["a", "b"],
      spelledOut: true,
      seed: 4_294_967_295,
      trials: 5,
      timeMs: 120_000,
      bound: 0.01,
      concurrency: 3,
      faults: ["kill", "kill:ack"],
      mode: "sync",
      requireAll: true,
      out: "o",
      json: true,
      quiet: true,
      config: "c.ts",
    });
  });

  it("reads each option of a measurement, and repeats it with its seed", () => {
    const words =
      "measure wal lsm/flush --seed 5 --time 2m --directory /disk --mode batch --config c.ts --out o --json --quiet";
    const command = parseCommand(words.split(" "));
    expect(command).toEqual({
      kind: "measure",
      scenarios: ["wal", "lsm/flush"],
      mode: "batch",
      config: "c.ts",
      seed: 5,
      timeMs: 120_000,
      directory: "/disk",
      out: "o",
      json: true,
      quiet: true,
    });
    if (command.kind !== "measure") throw new Error("not a measurement");
    const repeated = measureCommand(command, 5);
    expect(repeated).toBe(
      "npx ackproof measure wal lsm/flush --seed 5 --time 120 --mode batch --config c.ts --directory /disk",
    );
    const again = parseCommand(repeated.split(" ").slice(2));
    expect(again).toEqual({ ...command, out: "ackproof-report", json: false, quiet: false });
  });

  it("knows the other commands", () => {
    expect(parseCommand(["replay", "a"])).toEqual({
      kind: "replay",
      artifact: "a",
      config: undefined,
    });
    expect(parseCommand(["report", "r", "--out", "o"])).toEqual({
      kind: "report",
      path: "r",
      out: "o",
    });
    expect(parseCommand(["compare", "a", "b", "--json"])).toEqual({
      kind: "compare",
      base: "a",
      head: "b",
      json: true,
      quiet: false,
    });
    expect(parseCommand(["list"])).toEqual({ kind: "list", config: undefined });
    expect(parseCommand(["doctor"])).toEqual({ kind: "doctor" });
    expect(parseCommand(["--version"])).toEqual({ kind: "version" });
    expect(parseCommand(["--help"])).toEqual({ kind: "help" });
    for (const command of COMMAND_NAMES) {
      expect(parseCommand([command, "--help"])).toEqual({ kind: "help", command });
    }
  });

  it.each<[string, UsageErrorCode, string]>([
    ["gate --sed 5", "unknown-option", 'Did you mean "--seed"?'],
    ["--trails=5", "unknown-option", 'Did you mean "--trials"?'],
    ["list --trials 5", "unknown-option", "list has no option"],
    ["gate --seed", "bad-value", "--seed"],
    ["gate --seed 4294967296", "bad-value", 'found "4294967296", expected a whole number from 0'],
    ["gate --seed x", "bad-value", "--seed"],
    ["gate --trials 0", "bad-value", "a whole number from 1"],
    ["gate --trials 1e3", "bad-value", "a whole number from 1"],
    ["gate --time 0", "bad-value", "a time such as"],
    ["gate --time 5d", "bad-value", "a time such as"],
    ["gate --bound 0", "bad-value", "a share between 0 and 1"],
    ["gate --bound 100%", "bad-value", "a share between 0 and 1"],
    ["gate --bound x", "bad-value", 'found "x"'],
    ["gate --quiet=yes", "bad-value", "Usage"],
    ["replay", "wrong-arguments", "0 arguments were given"],
    ["replay a b", "wrong-arguments", "2 arguments were given"],
    ["compare a", "wrong-arguments", "Usage: ackproof compare BASE HEAD"],
    ["doctor now", "wrong-arguments", "Usage: ackproof doctor"],
    ["run", "wrong-arguments", "Which store? Usage: ackproof run"],
    ["run --write x", "wrong-arguments", "--recover is missing"],
    ["run --recover x", "wrong-arguments", "--write is missing"],
    ["run x --write x --recover x", "wrong-arguments", "1 arguments were given"],
    ["run --write x --recover x --promise kill", "bad-value", "--promise: "],
    ["run --write x --recover x --options 5", "bad-value", "expected a JSON object"],
    ["run --write x --recover x --options {", "bad-value", "expected a JSON object"],
    ["run --write x --recover x --operations sync", "bad-value", "append or batch among them"],
    ["run --write x --recover x --operations append,fsync", "bad-value", 'found "fsync"'],
    ["run --write x| --recover x", "bad-value", "needs a shell"],
    ["replay a --write x", "wrong-arguments", "--recover is missing"],
    ["init --language perl", "bad-value", 'found "perl", expected javascript or python'],
  ])("refuses %s", (words, code, told) => {
    const found = refusal(() => parseCommand(words.split(" ")));
    expect(found?.code).toBe(code);
    expect(found?.message).toContain(told);
  });

  it("never fails in another way", () => {
    const word = fc.oneof(
      fc.constantFrom(
        "gate",
        "run",
        "--write",
        "init",
        "replay",
        "list",
        "--seed",
        "--time",
        "-x",
        "--",
        "-",
        "5",
        "--json",
      ),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (words) => {
        refusal(() => parseCommand(words));
      }),
    );
  });
});

/** The words behind `npx ackproof`. */
function behindName(line: string): readonly string[] {
  return splitWords("line", line).slice(2);
}

describe("repeatCommand", () => {
  it("parses back to the same gate, with the seed that was drawn", () => {
    const words = [
      "gate",
      "a b",
      "--time",
      "1.5m",
      "--trials",
      "7",
      "--fault",
      "kill",
      "--mode",
      "it's",
    ];
    const command = parseCommand(words);
    if (command.kind !== "gate") throw new TypeError("not a gate");
    const repeat = repeatCommand(command, 99);
    expect(repeat).toBe(
      "npx ackproof gate 'a b' --seed 99 --trials 7 --time 90 --fault kill --mode 'it'\\''s'",
    );
    const configured = parseCommand(["--config", "c.ts"]);
    if (configured.kind !== "gate") throw new TypeError("not a gate");
    const replay = "npx ackproof replay 'out/v 1' --config c.ts";
    expect(replayCommand("out/v 1", configured)).toBe(replay);
  });

  it("parses back to the same run, and to the replay of what it left", () => {
    const store = ["--write", "s 'a b'", "--recover", "s r", "--options", '{"a":1}'];
    const flags = ["--promise", "kill=0,unordered", "--operations", "append,sync"];
    const command = parseCommand(["run", ...store, ...flags, "--mode", "m", "--trials", "2"]);
    if (command.kind !== "run") throw new TypeError("not a run");
    expect(command.subject).toMatchObject({
      write: ["s", "a b"],
      recover: ["s", "r"],
      options: { a: 1 },
      promise: { kill: { records: 0 }, ordered: false },
      operations: ["append", "sync"],
      mode: "m",
    });
    expect(parseCommand(behindName(repeatCommand(command, 7)))).toEqual({ ...command, seed: 7 });
    const replayed = parseCommand(behindName(replayCommand("v", command)));
    expect(replayed).toMatchObject({ kind: "replay", artifact: "v", subject: command.subject });
  });
});

describe("init", () => {
  it("goes to this folder and to JavaScript, unless it is told otherwise", () => {
    expect(parseCommand(["init"])).toEqual({ kind: "init", folder: ".", language: "javascript" });
    const told = parseCommand(["init", "x", "--language", "python"]);
    expect(told).toEqual({ kind: "init", folder: "x", language: "python" });
  });
});

describe("the help", () => {
  it("names every command, every option and every exit code", () => {
    const overview = overviewText("1.2.3");
    for (const name of COMMAND_NAMES) {
      expect(overview).toContain(COMMANDS[name].usage);
      for (const option of Object.keys(COMMANDS[name].options)) {
        expect(commandText(name)).toContain(`--${option}`);
      }
    }
    for (const code of [0, 1, 2, 3, 4, 130])
      expect(overview).toMatch(new RegExp(`^  ${code} `, "m"));
    expect(Math.max(...overview.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
  });
});

describe("nearestName", () => {
  it("finds what was mistyped, and nothing where nothing is near", () => {
    expect(nearestName("wal/snyc", ["wal/sync", "wal/none"])).toBe("wal/sync");
    expect(nearestName("zzzzzzzz", ["wal/sync", "wal/none"])).toBeUndefined();
    expect(nearestName("x".repeat(1_000_000), ["wal/sync"])).toBeUndefined();
  });
});

describe("requirePlatform", () => {
  it("refuses Windows alone", () => {
    expect(refusal(() => requirePlatform("win32"))?.code).toBe("unsupported-platform");
    expect(refusal(() => requirePlatform("linux"))).toBeUndefined();
    expect(refusal(() => requirePlatform("darwin"))).toBeUndefined();
  });
});
