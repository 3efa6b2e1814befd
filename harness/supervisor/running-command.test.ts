// A command that writes, with real processes: where it is killed, how it ends, how it misbehaves.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CommandReference } from "../subject.ts";
import { findContainment } from "./command-containment.ts";
import {
  appends,
  commandStore,
  GROUP,
  HANG_MS,
  settingsWith,
  writeJob,
} from "./fixtures/command-jobs.ts";
import type { WriterStop } from "./job.ts";
import type { ChildEnd } from "./running-child.ts";
import { RunningCommand } from "./running-command.ts";
import { defaultLimits, type SupervisorLimits } from "./supervisor-limits.ts";

const BEST = await findContainment(defaultLimits.commandMemoryBytes);
const ALL: WriterStop = { kind: "end" };

let directory = "";

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "command-test-"));
});

afterEach(() => rmSync(directory, { recursive: true, maxRetries: 5 }));

interface Lived {
  readonly end: ChildEnd;
  readonly rest: string;
  readonly command: RunningCommand;
}

interface Given {
  readonly containment?: typeof BEST;
  readonly limits?: Partial<SupervisorLimits>;
  readonly place?: string;
  readonly subject?: CommandReference;
}

async function live(
  stop: WriterStop,
  { containment = BEST, limits = {}, place = directory, ...given }: Given = {},
): Promise<Lived> {
  const settings = settingsWith(containment, limits);
  const command = new RunningCommand(settings, writeJob(place, stop, given), 1);
  const rest = await command.rest;
  return { rest, command, end: await command.end() };
}

function misbehave(behaviour: string, after = 2): Promise<Lived> {
  return live(ALL, { subject: commandStore([behaviour, String(after)]) });
}

function answers({ end }: Lived): readonly number[] {
  return end.lines.flatMap((line) => (line.kind === "ack" ? [line.operation] : []));
}

function stored(): readonly string[] {
  return readFileSync(join(directory, "values"), "utf8").split("\n").slice(0, -1);
}

describe.each([
  ["the best containment here", BEST],
  ["a process group", GROUP],
])("a command in %s", (_, containment) => {
  it("does all, is killed where it waits, and was not closed", async () => {
    const lived = await live(ALL, { containment });
    expect(lived.rest).toBe("waiting");
    expect(answers(lived)).toEqual([10, 11, 12, 13, 14, 15]);
    expect(lived.end).toMatchObject({ killed: true, contained: true, output: "" });
    expect(lived.end.asked).toBe(6);
    expect(lived.end.times.struckAtMs).toBeGreaterThan(lived.end.times.answeredAtMs[5] ?? Infinity);
    expect(stored()).toHaveLength(6);
    expect(() => statSync(join(directory, "closed"))).toThrow(/ENOENT/);
  });

  it("is closed by the end of its input", async () => {
    const { end, rest } = await live({ kind: "close" }, { containment });
    expect(rest).toBe("ended");
    expect(end).toMatchObject({ killed: false, exitCode: 0, contained: true });
    expect(end.lines.at(-1)).toEqual({ kind: "closed", calls: 0 });
    expect(readFileSync(join(directory, "closed"), "utf8")).toBe("closed\n");
  });

  it("takes with it what it started, also in a session of its own", async () => {
    const subject = commandStore(["daemon", "2"]);
    const { end } = await live(ALL, { containment, subject });
    expect(end).toMatchObject({ killed: true, contained: true });
    const left = statSync(join(directory, "daemon"), { throwIfNoEntry: false })?.size;
    await sleep(60);
    expect(statSync(join(directory, "daemon"), { throwIfNoEntry: false })?.size).toBe(left);
  });
});

it("hides a process that has cleared its environment from a sweep, and not from its namespace", async () => {
  const subject = commandStore(["hidden-daemon", "2"]);
  const { end } = await live(ALL, { subject });
  expect(end.contained).toBe(BEST.kind === "pid-namespace" || end.contained);
  const swept = await live(ALL, { subject, containment: GROUP, limits: { drainMs: 100 } });
  expect(swept.end).toMatchObject({ killed: true, contained: false });
});

describe("what a command is asked", () => {
  it("exactly k operations where it is killed after the k-th answer", async () => {
    const lived = await live({ kind: "answers", count: 2 });
    expect(lived.rest).toBe("waiting");
    expect(answers(lived)).toEqual([10, 11]);
    expect(lived.end.asked).toBe(2);
    expect(lived.end.times.answeredAtMs).toHaveLength(2);
    expect(stored()).toHaveLength(2);
  });

  it("nothing while it opens, so that it is never at rest", async () => {
    const job = writeJob(directory, { kind: "opening" });
    const command = new RunningCommand(settingsWith(BEST), job, 1);
    expect(await Promise.race([command.rest, sleep(100, "at work")])).toBe("at work");
    expect(command.kill()).toBe(true);
    const end = await command.end();
    expect(end).toMatchObject({ lines: [], killed: true, asked: 0 });
  });

  it("nothing of a lie: it is acknowledged in its name", async () => {
    const lived = await live({ kind: "lie", from: 12, through: 13 });
    expect(answers(lived)).toEqual([10, 11, 12, 13]);
    expect(lived.end.asked).toBe(4);
    expect(lived.command.answers).toBe(2);
    expect(stored()).toHaveLength(2);
  });

  it("a reopen by the end of its input, and then another process goes on", async () => {
    const operations = [...appends(2), { kind: "reopen" } as const, ...appends(2)];
    const job = writeJob(directory, { kind: "close" }, { operations });
    const command = new RunningCommand(settingsWith(BEST), job, 1);
    expect(await command.rest).toBe("ended");
    const end = await command.end();
    expect(end.lines.map(({ kind }) => kind)).toEqual([
      "opened",
      ...Array.from({ length: 5 }, () => "ack"),
      "closed",
    ]);
    expect(stored()).toHaveLength(4);
    expect(readFileSync(join(directory, "closed"), "utf8")).toBe("closed\nclosed\n");
  });

  it("in its environment: where, in which mode, with which options, and little else", async () => {
    const script = "env > $ACKPROOF_DIR/values";
    const command = { write: ["/bin/sh", "-c", script], recover: [] };
    await live(ALL, { subject: { command } });
    const names = stored().map((line) => line.split("=")[0]);
    expect(stored()).toEqual(
      expect.arrayContaining([
        `ACKPROOF_DIR=${directory}`,
        "ACKPROOF_MODE=sync",
        'ACKPROOF_OPTIONS={"size":7}',
      ]),
    );
    expect(names).not.toContain("HOME");
  });
});

describe("a command that misbehaves", () => {
  it.each([
    ["exits", 3, "no space left\n"],
    ["ends", 0, ""],
  ])("%s: ended by itself with exit code %i", async (behaviour, exitCode, output) => {
    const lived = await misbehave(behaviour);
    expect(lived.rest).toBe("ended");
    expect(lived.end).toMatchObject({ killed: false, exitCode, output });
    expect(answers(lived)).toEqual([10, 11]);
    expect(lived.end.asked).toBe(3);
    expect(lived.command.kill()).toBe(false);
  });

  it("hangs, ignores SIGTERM, closes its input or output, complains endlessly", async () => {
    const ways = ["hangs", "ignores-term", "closes-input", "closes-output", "prints-errors"];
    const lives = ways.map((how) => {
      const place = mkdtempSync(join(directory, how));
      return live(ALL, { subject: commandStore([how, "2"]), place, limits: { lifeMs: HANG_MS } });
    });
    for (const lived of await Promise.all(lives)) {
      expect(lived.rest).toBe("hung");
      expect(lived.end).toMatchObject({ killed: true, contained: true });
      expect(answers(lived)).toEqual([10, 11]);
      expect(lived.end.output.length).toBeLessThan(80_000);
    }
  });

  it.each([
    ["endless-line", "line-too-long"],
    ["noise", "malformed-line"],
    ["talks", "malformed-line"],
    ["ready", "malformed-line"],
    ["twice", "unknown-operation"],
    ["unknown", "unknown-operation"],
    ["early", "unknown-operation"],
  ])("%s: %s", async (behaviour, code) => {
    const lived = await misbehave(behaviour);
    expect(lived.rest).toBe("broke-protocol");
    expect(lived.end.breach).toMatchObject({ code });
    expect(lived.end).toMatchObject({ contained: true });
    expect(answers(lived)).toEqual([10, 11]);
  });

  it("is told apart where it refuses an operation", async () => {
    const lived = await misbehave("fails", 0);
    expect(lived.rest).toBe("waiting");
    const refusals = lived.end.lines.filter(({ kind }) => kind === "err");
    expect(refusals).toHaveLength(6);
    expect(refusals[0]).toMatchObject({ operation: 10, code: "ENOSPC", text: "no space left" });
  });

  it.each([BEST, GROUP])("has an interpreter that is not there: ended, in $text", async (held) => {
    const path = join(directory, "program");
    writeFileSync(path, "#!/no/such/interpreter\n", { mode: 0o755 });
    const command = { write: [path], recover: [] };
    const { rest, end } = await live(ALL, { subject: { command }, containment: held });
    expect(rest).toBe("ended");
    expect(end).toMatchObject({ killed: false, contained: true });
    expect([126, 127]).toContain(end.exitCode);
  });
});

describe("what a command can not be asked", () => {
  it.each([
    [{ kind: "call", n: 1, edge: "before" } as const, appends(1), /file calls/],
    [ALL, [{ kind: "append", size: 0 } as const], /operation 10 .* 0 bytes/],
    [ALL, [{ kind: "batch", sizes: [3, 0] } as const], /operation 10 .* 0 bytes/],
  ])("%j", (stop, operations, message) => {
    const job = writeJob(directory, stop, { operations });
    const start = (): unknown => new RunningCommand(settingsWith(BEST), job, 1);
    expect(start).toThrow(expect.objectContaining({ code: "bad-subject" }));
    expect(start).toThrow(message);
  });
});
