// Real programs under the real strace: what they did is told, they can be killed, nothing is left.
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../clock.ts";
import { findContainment } from "../supervisor/command-containment.ts";
import { signal } from "../supervisor/process-table.ts";
import {
  ampleLimits,
  callsNamed,
  makePlace,
  type RecordingPlace,
  type Started,
} from "./fixtures/recording-place.ts";
import type { Injection } from "./strace-injection.ts";
import { recorderNeeds } from "./strace-needs.ts";
import type { TracedCall } from "./traced-call.ts";

let place: RecordingPlace;
beforeEach(async ({ skip }) => {
  const needs = await recorderNeeds(systemClock);
  const missing = needs.available ? undefined : needs.reason;
  if (missing !== undefined && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(missing);
  skip(missing !== undefined, missing);
  place = await makePlace();
});
afterEach(async () => {
  expect(place.left()).toBe(0);
  await place.cleanup();
});

const node = (script: string): readonly string[] => [process.execPath, "-e", script];
const sh = (script: string): readonly string[] => ["sh", "-c", script];

/** As in "it cannot be recorded, because ...; ...". */
const COMPLETES_A_SENTENCE = /^the trace of the program has more than \d+ .*[^.]$/;

/** The bytes of an argument as Latin-1. */
function text(call: TracedCall | undefined, index: number): string | undefined {
  const argument = call?.args[index];
  return argument?.kind === "bytes" ? Buffer.from(argument.bytes).toString("latin1") : undefined;
}

async function somethingPrinted({ run }: Started): Promise<void> {
  await once(run.stdout, "data");
}

describe("what a program did", () => {
  test("it is asked and answers through its pipes, and ends as it wants", async () => {
    const started = place.start(sh("read line; echo got $line; exit 3"));
    started.run.stdin.end("hello\n");
    const { events, exit, alive, cutBytes, killed } = await started.run.ended;
    expect({ exit, alive, cutBytes, killed }).toEqual({
      exit: { code: 3, signal: null },
      alive: [],
      cutBytes: 0,
      killed: undefined,
    });
    expect(started.printed()).toBe("got hello\n");
    expect(callsNamed(events, "write").map((call) => text(call, 1))).toEqual(["got hello\n"]);
    expect(events.at(-1)).toMatchObject({ kind: "exited", code: 3 });
  });

  test("names and values of any bytes come back as they were", async () => {
    const name = 'a\nb "c\\ \xff\xfe=) 7 close(3';
    const value = `${name}\0`;
    const script = `const fs = require("fs");
      const bytes = (text) => Buffer.from(text, "latin1");
      const file = fs.openSync(bytes(${JSON.stringify(name)}), "w");
      fs.writeSync(file, bytes(${JSON.stringify(value)}));
      fs.writevSync(file, [bytes("x"), bytes(${JSON.stringify(value)})]);`;
    const { events } = await place.start(node(script)).run.ended;
    const opened = callsNamed(events, "openat").find((call) => text(call, 1) === name);
    expect(opened?.result).toMatchObject({ kind: "value" });
    expect(readdirSync(place.directory, "latin1")).toEqual([name]);
    expect(callsNamed(events, "write").map((call) => text(call, 1))).toContain(value);
    expect(callsNamed(events, "writev").at(-1)?.args[1]).toMatchObject({
      items: [{ kind: "struct" }, { kind: "struct" }],
    });
  });

  test("a large write is whole, or marked as cut where the limit is lower", async () => {
    const script = `const bytes = Buffer.alloc(8 << 20, "0123456789");
      require("fs").writeFileSync("large", bytes);`;
    const whole = await place.start(node(script)).run.ended;
    const write = callsNamed(whole.events, "write").find(
      (call) => text(call, 1)?.length === 8 << 20,
    );
    expect(text(write, 1)?.slice(-8)).toBe("01234567");
    const cut = await place.start(node(script), { stringBytes: 1000 }).run.ended;
    expect(callsNamed(cut.events, "write").map((call) => call.args[1])).toContainEqual(
      expect.objectContaining({ kind: "bytes", complete: false }),
    );
  });

  test("100 threads that write and sync at once", async () => {
    const script = `const fs = require("fs");
      for (let n = 0; n < 100; n += 1) {
        const file = fs.openSync("file" + n, "w");
        fs.write(file, "record " + n, () => fs.fsync(file, () => undefined));
      }`;
    const env = { UV_THREADPOOL_SIZE: "100" };
    const { events, alive } = await place.start(node(script), { env }).run.ended;
    const writes = callsNamed(events, "write").filter(
      (call) => text(call, 1)?.startsWith("record") === true,
    );
    const syncs = callsNamed(events, "fsync");
    expect(new Set(writes.map((call) => text(call, 1))).size).toBe(100);
    expect(syncs).toHaveLength(100);
    expect(
      new Set(callsNamed(events, "clone3", "clone").map((call) => call.result)).size,
    ).toBeGreaterThan(99);
    const moments = events.flatMap((event) =>
      event.kind === "call" ? [event.call.start, event.call.end] : [event.at],
    );
    expect(new Set(moments).size).toBe(moments.length);
    expect(syncs.every(({ start, end }) => start < end)).toBe(true);
    expect(alive).toEqual([]);
  });

  test("children and what they do", async () => {
    const { events } = await place.start(sh("(echo one > a); cat a > b; kill -9 $$")).run.ended;
    const forks = callsNamed(events, "fork", "vfork", "clone", "clone3");
    expect(forks.length).toBeGreaterThan(1);
    const threads = new Set(
      callsNamed(events, "write", "copy_file_range").map(({ thread }) => thread),
    );
    expect(threads.size).toBe(2);
    expect(events.at(-1)).toMatchObject({ kind: "killed", signal: "SIGKILL" });
  });
});

describe("a program that must be killed", () => {
  const forever = "(setsid sleep 1000 &) ; echo ready; sleep 1000";

  test("on demand, also what left its group; its trace is whole", async () => {
    const started = place.start(sh(forever));
    await somethingPrinted(started);
    await started.run.kill();
    const { killed, alive, events } = await started.run.ended;
    expect({ killed, alive }).toEqual({ killed: "asked", alive: [] });
    expect(events.filter(({ kind }) => kind === "killed").length).toBeGreaterThan(1);
  });

  test("when it runs too long", async () => {
    const limits = { ...ampleLimits, runMs: 300 };
    const { killed, alive } = await place.start(sh(forever), { limits }).run.ended;
    expect({ killed, alive }).toEqual({ killed: "too-long", alive: [] });
  });

  test("when its trace grows too large", async () => {
    const limits = { ...ampleLimits, traceBytes: 200_000 };
    const { run } = place.start(["yes"], { limits });
    await expect(run.ended).rejects.toMatchObject({
      code: "trace-too-large",
      message: expect.stringMatching(COMPLETES_A_SENTENCE),
    });
  });

  test("when it makes too many calls", async () => {
    const limits = { ...ampleLimits, events: 5 };
    const { run } = place.start(sh("exit"), { limits });
    await expect(run.ended).rejects.toMatchObject({
      code: "trace-too-large",
      message: expect.stringMatching(COMPLETES_A_SENTENCE),
    });
  });

  test("inside a containment", async () => {
    const { prefix } = await findContainment(2 ** 32);
    const started = place.start(sh(forever), { prefix });
    await somethingPrinted(started);
    await started.run.kill();
    expect(await started.run.ended).toMatchObject({ killed: "asked", alive: [] });
  });
});

describe("a tracer that fails", () => {
  test("nothing is left where strace itself is killed", async () => {
    const started = place.start(sh("(setsid sleep 1000 &) ; echo $PPID; sleep 1000"));
    await somethingPrinted(started);
    signal(Number(started.printed()), "SIGKILL");
    await expect(started.run.ended).rejects.toMatchObject({ code: "tracer-failed" });
  });

  test("a program that is not there", async () => {
    const { run } = place.start(["no-such-program"]);
    await expect(run.ended).rejects.toMatchObject({ code: "tracer-failed" });
    expect(existsSync(place.directory)).toBe(true);
  });

  test("a strace that is not there", async () => {
    const { run } = place.start(["true"], { env: { PATH: "/nowhere" } });
    await expect(run.ended).rejects.toMatchObject({ code: "no-strace" });
  });

  test("a trace that has no place", async () => {
    const { run } = place.start(["true"], { traceFile: "/nowhere/trace" });
    await expect(run.ended).rejects.toMatchObject({ code: "tracer-failed" });
  });
});

describe("injected faults", () => {
  const writer = node(`const fs = require("fs");
    const file = fs.openSync("log", "a");
    for (let n = 0; n < 5; n += 1) {
      fs.writeSync(file, "record " + n);
      try { fs.fdatasyncSync(file); } catch (error) { fs.writeSync(file, error.code); }
    }`);
  const recorded = async (injection: Injection): Promise<readonly TracedCall[]> => {
    const { events } = await place.start(writer, { injections: [injection] }).run.ended;
    return callsNamed(events, "fdatasync");
  };

  test("a kill at the third call of its kind", async () => {
    const syncs = await recorded({ kind: "kill", call: "fdatasync", when: 3 });
    expect(syncs.map(({ result }) => result.kind)).toEqual(["value", "value", "none"]);
  });

  test("an error at the second", async () => {
    const syncs = await recorded({ kind: "error", call: "fdatasync", when: 2, code: "EIO" });
    expect(syncs.map(({ result }) => result)).toMatchObject([
      { value: 0 },
      { code: "EIO" },
      { value: 0 },
      { value: 0 },
      { value: 0 },
    ]);
  });

  test("a delay changes nothing else", async () => {
    const syncs = await recorded({ kind: "delay", call: "fdatasync", when: 1, exitMicros: 1000 });
    expect(syncs).toHaveLength(5);
  });
});
