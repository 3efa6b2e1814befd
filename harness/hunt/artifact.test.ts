// Artifacts: written, read back the same, cut to their limit, and refused where they are altered.
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { type DirectoryResult, dir } from "tmp-promise";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HistoryEvent } from "../history/history.ts";
import { type ArtifactContent, readArtifact, writeArtifact } from "./artifact.ts";
import { ArtifactError, type ArtifactErrorCode } from "./artifact-error.ts";
import { copyFiles } from "./stored-files.ts";

const WORKLOAD = {
  seed: 5,
  options: { segmentBytes: 4096 },
  lives: [[{ kind: "append", size: 3 } as const, { kind: "batch", sizes: [1, 2] } as const]],
};
const EVENTS: readonly HistoryEvent[] = [
  { kind: "open", life: 0 },
  { kind: "opened", life: 0 },
  { kind: "invoked", life: 0, operation: 0 },
  { kind: "acknowledged", life: 0, operation: 0, lsns: [7] },
  { kind: "invoked", life: 0, operation: 1 },
  { kind: "failed", life: 0, operation: 1, code: "ENOSPC", message: "no space" },
  { kind: "open-failed", life: 0, message: "no" },
  { kind: "closed", life: 0 },
  {
    kind: "crash",
    life: 0,
    fault: "kill",
    point: { during: "operation", operation: 1, rotation: false },
  },
  {
    kind: "recovered",
    life: 0,
    outcome: { kind: "found", records: [{ bytes: "MC4=", lsn: 7 }, { bytes: "" }] },
  },
  { kind: "recovered", life: 0, outcome: { kind: "refused", code: "EDAMAGED", message: "x" } },
  { kind: "recovered", life: 0, outcome: { kind: "hung", limitMs: 5 } },
  { kind: "recovered", life: 0, outcome: { kind: "died", message: "exit 1" } },
];

describe("an artifact", () => {
  let folder: DirectoryResult;
  let path: string;
  let content: ArtifactContent;

  beforeEach(async () => {
    folder = await dir({ unsafeCleanup: true });
    path = join(folder.path, "violations", "v");
    const store = join(folder.path, "kept");
    mkdirSync(join(store, "deep"), { recursive: true });
    writeFileSync(join(store, "deep", "000001.wal"), "bytes");
    const life = {
      life: 0,
      plan: "kill:ack=1",
      struck: true,
      ended: "killed",
      evidence: "e",
    } as const;
    const sums = { acknowledgedRecords: 1, atRiskRecords: 0, lostRecords: 1, allowedRecords: null };
    content = {
      trial: {
        ackproof: "0.1.0",
        campaignSeed: 9,
        subject: { module: "ackproof:wal", options: { a: [1, null] } },
        promise: {
          kill: { records: 3 },
          power: "since-barrier",
          barriers: ["batch", "close"],
          batchesAtomic: true,
          ordered: true,
          lsns: false,
        },
        workload: WORKLOAD,
        record: {
          trial: 4,
          seed: 3,
          scenario: "wal/sync",
          mode: "sync",
          fault: "kill",
          options: WORKLOAD.options,
          lives: [{ ...life, strata: ["append", "at-risk"], ...sums }],
          verdict: "violated",
          violations: [{ guarantee: "g", life: 0, message: "m", operations: [0] }],
          notApplicable: ["lsn-order: no LSNs"],
          problem: "p",
        },
      },
      history: { workload: WORKLOAD, events: EVENTS },
      store,
      stderr: "said",
    };
  });
  afterEach(() => folder.cleanup());

  function refusal(): ArtifactErrorCode | undefined {
    try {
      readArtifact(path);
    } catch (error) {
      if (error instanceof ArtifactError) return error.code;
      throw error;
    }
    return undefined;
  }

  it("reads back as it was written, with every kind of event", () => {
    expect(writeArtifact(path, content)).toBe(true);
    const artifact = readArtifact(path);
    expect(artifact.history).toEqual(content.history);
    expect(artifact.trial).toEqual({ schemaVersion: 1, ...content.trial, leftOut: [] });
    expect(readFileSync(join(artifact.store, "deep", "000001.wal"), "utf8")).toBe("bytes");
    expect(readFileSync(join(path, "stderr.txt"), "utf8")).toBe("said");
  });

  it("leaves out a store that is too large, missing or no plain tree, and says so", () => {
    const large = join(folder.path, "large");
    mkdirSync(large);
    writeFileSync(join(large, "file"), Buffer.alloc(16 * 1024 * 1024 + 1));
    const linked = join(folder.path, "linked");
    mkdirSync(linked);
    symlinkSync("/etc/passwd", join(linked, "file"));
    for (const store of [large, linked, { missing: "it was not copied" }]) {
      expect(writeArtifact(path, { ...content, store })).toBe(false);
      expect(refusal()).toBe("no-store");
    }
  });

  it("leaves out a history that is too large", () => {
    const bytes = Buffer.alloc(12 * 1024 * 1024 + 3).toString("base64");
    const found: HistoryEvent = {
      kind: "recovered",
      life: 0,
      outcome: { kind: "found", records: [{ bytes }] },
    };
    const history = { workload: WORKLOAD, events: [found] };
    expect(writeArtifact(path, { ...content, history })).toBe(false);
    expect(readFileSync(join(path, "trial.json"), "utf8")).toContain("history.ndjson: ");
  });

  it("is refused where a file of it is missing", () => {
    expect(refusal()).toBe("missing");
    for (const [name, code] of [
      ["trial.json", "missing"],
      ["history.ndjson", "missing"],
      ["store", "no-store"],
    ] as const) {
      rmSync(path, { recursive: true, force: true });
      writeArtifact(path, content);
      rmSync(join(path, name), { recursive: true });
      expect(refusal()).toBe(code);
    }
  });

  it("is refused where it is of another version, no JSON, or has other fields", () => {
    for (const [name, from, to, code] of [
      ["trial.json", '"schemaVersion": 1', '"schemaVersion": 2', "unknown-version"],
      ["trial.json", '"schemaVersion": 1,', "", "corrupt"],
      ["trial.json", '"campaignSeed": 9', '"campaignSeed": -9', "corrupt"],
      ["trial.json", '"leftOut"', '"leftOuts"', "corrupt"],
      ["trial.json", "{", "", "corrupt"],
      ["history.ndjson", '"opened"', '"closed?"', "corrupt"],
      ["history.ndjson", '"MC4="', '"M?4="', "corrupt"],
      ["history.ndjson", "}", "", "corrupt"],
    ] as const) {
      rmSync(path, { recursive: true, force: true });
      writeArtifact(path, content);
      const text = readFileSync(join(path, name), "utf8");
      expect(text).toContain(from);
      writeFileSync(join(path, name), text.replace(from, to));
      expect(refusal(), `${from} -> ${to}`).toBe(code);
    }
  });

  it("is read or refused, whatever one character is changed to", () => {
    writeArtifact(path, content);
    const file = join(path, "trial.json");
    const text = readFileSync(file, "utf8");
    const change = fc.tuple(
      fc.nat({ max: text.length - 1 }),
      fc.string({ minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(change, ([at, character]) => {
        writeFileSync(file, text.slice(0, at) + character + text.slice(at + 1));
        refusal();
      }),
    );
  });

  it("is not copied through a link that was put into its store", () => {
    writeArtifact(path, content);
    symlinkSync("/etc", join(path, "store", "etc"));
    const { store } = readArtifact(path);
    expect(() => copyFiles(store, join(folder.path, "copy"))).toThrow(ArtifactError);
  });
});
