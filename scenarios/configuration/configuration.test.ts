// Configurations: found, run, checked, and turned into scenarios.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { type DirectoryResult, dir } from "tmp-promise";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Scenario } from "../../harness/scenario.ts";
import { payloadSizes } from "../../harness/workload.ts";
import { sampleWorkload } from "../../harness/workload-arbitraries.ts";
import { type ConfiguredScenario, defineConfig } from "./configuration.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { scenariosOf } from "./configured-scenarios.ts";
import { loadConfiguration } from "./load-configuration.ts";

const MINIMAL: ConfiguredScenario = {
  name: "mine",
  subject: { module: "./store.mjs" },
  mode: "sync",
};

function refusal(work: () => unknown): ConfigurationError {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new TypeError("nothing was refused");
}

describe("a configuration", () => {
  let folder: DirectoryResult;

  beforeEach(async () => {
    folder = await dir({ unsafeCleanup: true });
    writeFileSync(join(folder.path, "store.mjs"), "export default {};");
  });
  afterEach(() => folder.cleanup());

  function scenarios(...changes: readonly object[]): readonly Scenario[] {
    const list = changes.map((change) => ({ ...MINIMAL, ...change }));
    return scenariosOf({ scenarios: list }, join(folder.path, "ackproof.config.ts"));
  }

  function barriers(promise: object): unknown {
    return scenarios({ promise })[0]?.promise({}).barriers;
  }

  async function load(named?: string): Promise<readonly Scenario[] | undefined> {
    const packageEntry = join(import.meta.dirname, "configuration.ts");
    return loadConfiguration({ folder: folder.path, named, packageEntry });
  }

  it("has the strictest promise and plain appends where it says nothing", () => {
    const [scenario] = scenarios({});
    expect(scenario).toMatchObject({ name: "mine", mode: "sync", faults: ["kill"], inGate: true });
    expect(scenario?.subject).toEqual({ module: join(folder.path, "store.mjs") });
    expect(scenario?.promise({})).toEqual({
      kill: { records: 0 },
      power: { records: 0 },
      barriers: ["append", "batch", "checkpoint", "sync", "close"],
      batchesAtomic: true,
      ordered: true,
      lsns: false,
    });
    expect(scenario).toMatchObject({ requiredStrata: [], usesStoragePort: false });
  });

  it("takes a program as its subject, and cuts its power too where that can be done", () => {
    const command = { write: ["python3", "./s.py", "../x"], recover: ["./s", "--out=./y", ""] };
    const subject = { command, options: { a: [1] } };
    const [scenario, ext4] = scenarios(
      { subject },
      { name: "ext4", subject, promise: { profile: "ext4" } },
    );
    expect(scenario?.subject).toEqual({
      command: {
        write: ["python3", join(folder.path, "s.py"), join(folder.path, "..", "x")],
        recover: [join(folder.path, "s"), "--out=./y", ""],
      },
      options: { a: [1] },
    });
    expect(scenario).toMatchObject({ usesStoragePort: false, faults: ["kill", "power"] });
    expect(ext4?.faults).toEqual(["kill", "power:ext4"]);
    const sizes = Array.from({ length: 50 }, (_, seed) =>
      scenario === undefined ? [] : sampleWorkload(scenario.workloads, seed).lives.flat(),
    ).flat();
    expect(sizes.flatMap(payloadSizes)).not.toContain(0);
    expect(sizes.flatMap(payloadSizes)).toContain(1);
  });

  it("has a promise whose appends are no barriers where they may be lost", () => {
    const all = ["append", "batch", "checkpoint", "sync", "close"];
    expect(barriers({ power: { records: 0 } })).toEqual(all);
    for (const member of ["kill", "power", "ioError"]) {
      expect(barriers({ [member]: { records: 1 } })).toEqual(all.slice(1));
      expect(barriers({ [member]: { milliseconds: 5 } })).toEqual(all.slice(1));
      expect(barriers({ [member]: "since-barrier" })).toEqual(all.slice(1));
      expect(barriers({ [member]: "since-barrier", barriers: ["sync"] })).toEqual(["sync"]);
    }
  });

  it("keeps every other promise as it stands", () => {
    const promise = {
      ioError: { milliseconds: 9 },
      corruption: { damageCodes: ["BAD"], silentLoss: ["behind-last-proof"] },
      volatileFiles: [{ files: "*-shm", manual: "https://www.sqlite.org/walformat.html" }],
      concurrency: 1,
      profile: "ext4",
      recordLimitBytes: 9,
    };
    expect(scenarios({ promise })[0]?.promise({})).toMatchObject(promise);
  });

  it("draws the workloads that it asks for", () => {
    const weights = { append: 1, batch: 1, checkpoint: 0 };
    const workload = { lives: 3, operations: { min: 5, max: 9 }, weights, sizes: [4096] };
    const [scenario] = scenarios({ workload, promise: { kill: { records: 3 } } });
    if (scenario === undefined) throw new TypeError("no scenario");
    expect(scenario.requiredStrata).toEqual(["at-risk"]);
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { lives } = sampleWorkload(scenario.workloads, seed);
        expect(lives).toHaveLength(3);
        for (const life of lives) {
          expect(life.length).toBeGreaterThanOrEqual(5);
          expect(life.length).toBeLessThanOrEqual(9);
          expect(life.every(({ kind }) => kind === "append" || kind === "batch")).toBe(true);
        }
      }),
    );
  });

  it.each<[object, string]>([
    [{ name: "No Name" }, 'scenarios.0.name: found "No Name", expected words'],
    [{ mode: 5 }, "scenarios.0.mode: found 5, Invalid input: expected string"],
    [{ colour: "red" }, 'scenarios.0: found {"name":"mine"'],
    [{ promise: { kill: "all" } }, 'scenarios.0.promise.kill: found "all"'],
    [{ promise: { kill: { records: -1 } } }, "scenarios.0.promise.kill.records: found -1"],
    [{ promise: { barriers: ["fsync"] } }, 'scenarios.0.promise.barriers.0: found "fsync"'],
    [{ workload: { lives: { min: 3, max: 2 } } }, "expected min to be at most max"],
    [{ workload: { operations: 0 } }, "scenarios.0.workload.operations: found 0"],
    [{ workload: { weights: { append: 0 } } }, "expected append or batch above 0"],
    [{ faults: [] }, "scenarios.0.faults: found []"],
    [
      { promise: { power: { seconds: 1 } } },
      'promise.power: found {"seconds":1}, expected "since-',
    ],
    [{ promise: { kill: { milliseconds: 0.5 } } }, "promise.kill.milliseconds: found 0.5"],
    [{ promise: { concurrency: 257 } }, "promise.concurrency: found 257, expected "],
    [{ promise: { profile: "xfs" } }, 'promise.profile: found "xfs"'],
    [{ promise: { volatileFiles: [{ files: "x", manual: "?" }] } }, "volatileFiles.0.manual"],
    [{ promise: { volatileFiles: [{ files: "x" }] } }, "volatileFiles.0.manual: found undefined"],
    [{ promise: { corruption: { damageCodes: ["a"], silentLoss: ["all"] } } }, "silentLoss.0"],
    [{ subject: {} }, "scenarios.0.subject: found {}, expected { module:"],
    [{ subject: { module: 5 } }, "scenarios.0.subject.module: found 5"],
    [{ subject: { command: 5 } }, "scenarios.0.subject.command: found 5"],
    [{ subject: { command: { write: "x" } } }, 'scenarios.0.subject.command.write: found "x"'],
    [
      { subject: { command: { write: [], recover: ["x"] } } },
      "scenarios.0.subject.command.write: found []",
    ],
    [
      { subject: { command: { write: [""], recover: ["x"] } } },
      'scenarios.0.subject.command.write: found [""], expected a program\'s name',
    ],
  ])("with %j is refused by the field's name", (change, told) => {
    const error = refusal(() => scenarios(change));
    expect(error.code).toBe("invalid");
    expect(error.message).toContain("ackproof.config.ts: ");
    expect(error.message).toContain(told);
  });

  it("is refused where it is no object, has no scenarios, or names one twice", () => {
    const file = join(folder.path, "c.ts");
    for (const content of [
      undefined,
      5,
      [],
      {},
      { scenarios: [] },
      { scenarios: [MINIMAL, MINIMAL] },
    ]) {
      expect(refusal(() => scenariosOf(content, file)).code).toBe("invalid");
    }
  });

  it("is refused where a module is not there, or cannot be run by Node itself", () => {
    const missing = refusal(() => scenarios({}, { name: "b", subject: { module: "./gone.mjs" } }));
    expect(missing.code).toBe("no-module");
    expect(missing.message).toContain('scenarios.1.subject.module: found "./gone.mjs"');
    writeFileSync(join(folder.path, "store.ts"), "");
    const typescript = refusal(() => scenarios({ subject: { module: "./store.ts" } }));
    expect(typescript.message).toContain("expected a .js, .mjs or .cjs file");
  });

  it("is found by its name, or by the name that was given, in TypeScript and in JavaScript", async () => {
    expect(await load()).toBeUndefined();
    const content = `defineConfig({ scenarios: [${JSON.stringify(MINIMAL)}] })`;
    const typescript = `import { defineConfig } from "ackproof";\nconst c: unknown = ${content};\nexport default c;\n`;
    writeFileSync(join(folder.path, "ackproof.config.ts"), typescript);
    expect((await load())?.map(({ name }) => name)).toEqual(["mine"]);
    mkdirSync(join(folder.path, "other"));
    const script = `export default ${JSON.stringify({ scenarios: [{ ...MINIMAL, name: "other", subject: { module: "../store.mjs" } }] })};`;
    writeFileSync(join(folder.path, "other", "c.mjs"), script);
    expect((await load("other/c.mjs"))?.map(({ name }) => name)).toEqual(["other"]);
  });

  it("is refused where the named file is not there, or does not run", async () => {
    await expect(load("gone.ts")).rejects.toMatchObject({ code: "missing" });
    writeFileSync(join(folder.path, "ackproof.config.js"), "throw new Error('at once');");
    await expect(load()).rejects.toMatchObject({ code: "unreadable" });
    writeFileSync(join(folder.path, "ackproof.config.js"), "export default 5;");
    await expect(load()).rejects.toMatchObject({ code: "invalid" });
  });
});

describe("defineConfig", () => {
  it("gives back what it was given", () => {
    const configuration = { scenarios: [MINIMAL] };
    expect(defineConfig(configuration)).toBe(configuration);
  });
});
