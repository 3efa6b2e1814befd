// The contract suite: a right subject passes and is told what it lacks, each wrong one is named.
import { fileURLToPath } from "node:url";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Scenario } from "../scenario.ts";
import type { CommandReference, SubjectReference } from "../subject.ts";
import { ContractError } from "./contract-error.ts";
import { type ContractFinding, type SubjectCheck, subjectSuite } from "./subject-suite.ts";

const STORES = fileURLToPath(new URL("fixtures/wrong-stores.mjs", import.meta.url));
const SHELL_STORE = fileURLToPath(
  new URL("../supervisor/fixtures/command-store.sh", import.meta.url),
);

const OVERLAPPING = fileURLToPath(
  new URL("../supervisor/fixtures/overlapping-command.mjs", import.meta.url),
);

function scenario(subject: SubjectReference, concurrency = 1): Scenario {
  return {
    name: "test/contract",
    title: "a subject of the suite's test",
    subject,
    mode: "sync",
    workloads: fc.constant({ seed: 1, options: {}, lives: [] }),
    promise: () => ({
      kill: { records: 0 },
      power: { records: 0 },
      barriers: ["append", "batch", "checkpoint", "sync", "close"],
      batchesAtomic: true,
      ordered: true,
      lsns: false,
      concurrency,
    }),
    faults: ["kill"],
    requiredStrata: [],
    usesStoragePort: false,
    inGate: false,
  };
}

function checks(subject: SubjectReference): readonly SubjectCheck[] {
  return subjectSuite(scenario(subject));
}

function checkNamed(subject: SubjectReference, part: string): SubjectCheck {
  const found = checks(subject).find(({ name }) => name.includes(part));
  if (found === undefined) throw new TypeError(`no check is named ${part}`);
  return found;
}

function shellStore(...behaviour: readonly string[]): CommandReference {
  const command = (role: string): readonly string[] => ["/bin/sh", SHELL_STORE, role, ...behaviour];
  return { command: { write: command("write"), recover: command("recover") } };
}

function overlapping(write: string): CommandReference {
  const program = [process.execPath, OVERLAPPING];
  return { command: { write: [...program, "write", write], recover: [...program, "recover"] } };
}

function inFlight(write: string, concurrency: number): SubjectCheck | undefined {
  const all = subjectSuite(scenario(overlapping(write), concurrency));
  return all.find(({ name }) => name.includes("in flight"));
}

describe("a right module", () => {
  const lacking: { readonly [part: string]: ContractFinding } = {
    "a batch is found whole": { kind: "lacks", operation: "batch" },
    "a checkpoint is answered": { kind: "lacks", operation: "checkpoint" },
    "what lies before a checkpoint can be truncated": { kind: "lacks", operation: "checkpoint" },
  };
  test.each(
    checks({ module: STORES, export: "right" }).map(({ name, run }) => [name, run] as const),
  )("%s", async (name, run) => {
    expect(await run()).toEqual(lacking[name] ?? { kind: "right" });
  });
});

describe("operations in flight", () => {
  test("are checked where the promise allows several, and there alone", async () => {
    expect(inFlight("none", 1)).toBeUndefined();
    const check = inFlight("none", 3);
    expect(check?.name).toBe("up to 3 operations in flight are each answered and found");
    // Each is written when it is answered, so the log is in an order of its own.
    expect(await check?.run()).toEqual({ kind: "right" });
  });

  test("that are answered twice give no verdict", async () => {
    await expect(inFlight("twice", 3)?.run()).rejects.toMatchObject({ code: "no-verdict" });
  });
});

describe("a wrong module", () => {
  test.each([
    ["reversed", "in its order", /log-order/],
    ["forgetful", "opened again", /nothing-lost/],
    ["cutting", "all sizes", /nothing-lost|nothing-invented/],
    ["stuck", "opened again", /it is locked/],
    ["consuming", "in its order", /recovery-repeatable|nothing-lost/],
    ["refusing", "in its order", /no appends/],
  ])("that is %s fails where %s", async (name, part, told) => {
    const run = checkNamed({ module: STORES, export: name }, part).run();
    const error: unknown = await run.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ContractError);
    expect(error).toMatchObject({ code: "wrong-answer", message: expect.stringMatching(told) });
  });
});

describe("a program", () => {
  test("that speaks the protocol is right", async () => {
    const check = checkNamed(shellStore(), "opened again");
    expect(await check.run()).toEqual({ kind: "right" });
  });

  test("that answers twice gives no verdict", async () => {
    const { recover } = shellStore().command;
    const { write } = shellStore("twice").command;
    const check = checkNamed({ command: { write, recover } }, "in its order");
    await expect(check.run()).rejects.toMatchObject({ code: "no-verdict" });
  });

  test("that ends at an unknown line, or answers something else, is told so", async () => {
    const silent = { command: { write: ["cat"], recover: ["true"] } };
    const told = checkNamed(silent, "unknown line").run();
    await expect(told).rejects.toMatchObject({ code: "wrong-answer" });
    const ending = { command: { write: ["false"], recover: ["true"] } };
    const ended = checkNamed(ending, "unknown line").run();
    await expect(ended).rejects.toMatchObject({ code: "no-verdict" });
  });
});
