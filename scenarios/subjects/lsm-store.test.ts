// The LSM store: its files, what opening does with them, and that other files' bytes are not its own.
import { describe, expect, test } from "vitest";
import { profiles } from "../../harness/disk/profile.ts";
import { RecordingDisk } from "../../harness/disk/recording-disk.ts";
import { explore } from "../../harness/power/explore.ts";
import { recordChain } from "../../harness/power/record-chain.ts";
import type { OpenStore } from "../../harness/subject.ts";
import { originScenarios } from "../origin-scenarios.ts";
import { lsmSubject } from "./lsm-store.ts";

const DIRECTORY = "/store";
const OPTIONS = { mode: "flush" };
const CLOCK = { monotonicMs: () => 0, wallMs: () => 0 };

async function open(storage: RecordingDisk): Promise<OpenStore> {
  return lsmSubject.open(DIRECTORY, OPTIONS, { storage, clock: CLOCK });
}

async function found(storage: RecordingDisk): Promise<readonly string[]> {
  const values: string[] = [];
  const ports = { storage, clock: CLOCK };
  for await (const { payload } of await lsmSubject.recover(DIRECTORY, OPTIONS, ports)) {
    values.push(String(Buffer.from(payload)));
  }
  return values;
}

/** Each fills the memtable. */
const LARGE = ["a", "b", "c", "d", "e", "f"].map((letter) => letter.repeat(300));

describe("the files", () => {
  test("a full memtable becomes a table, and the fourth table all of them", async () => {
    const disk = new RecordingDisk({ directory: DIRECTORY });
    const store = await open(disk);
    const tables: number[] = [];
    for (const text of LARGE) {
      await store.append(Buffer.from(text));
      tables.push(disk.list(DIRECTORY).filter((name) => name.endsWith(".table")).length);
    }
    expect(tables).toEqual([1, 2, 3, 1, 2, 3]);
    expect(disk.list(DIRECTORY).filter((name) => name.endsWith(".log"))).toHaveLength(1);
    await store.close();
    expect(await found(disk)).toEqual(LARGE);
  });

  test("a file that the manifest does not name is removed by opening", async () => {
    const disk = new RecordingDisk({ directory: DIRECTORY });
    await (await open(disk)).close();
    disk.close(disk.open(`${DIRECTORY}/000099.table`, "create"));
    expect(await found(disk)).toEqual([]);
    expect(disk.list(DIRECTORY)).not.toContain("000099.table");
  });

  test("a damaged table is told, not passed over", async () => {
    const disk = new RecordingDisk({ directory: DIRECTORY });
    const store = await open(disk);
    await store.append(Buffer.from(LARGE[0] ?? ""));
    await store.close();
    const table = disk.list(DIRECTORY).find((name) => name.endsWith(".table"));
    const file = disk.open(`${DIRECTORY}/${table}`, "write");
    disk.write(file, Buffer.from("x"), 20);
    await expect(found(disk)).rejects.toThrow("damaged");
  });
});

describe("the log", () => {
  test("is replayed up to its torn end, and written on behind it", async () => {
    const disk = new RecordingDisk({ directory: DIRECTORY });
    const store = await open(disk);
    await store.append(Buffer.from("one"));
    await store.batch?.([Buffer.from("two"), Buffer.from("three")]);
    const log = disk.list(DIRECTORY).find((name) => name.endsWith(".log"));
    const file = disk.open(`${DIRECTORY}/${log}`, "write");
    disk.truncate(file, disk.size(file) - 1);
    expect(await found(disk)).toEqual(["one"]);
    await (await open(disk)).append(Buffer.from("four"));
    expect(await found(disk)).toEqual(["one", "four"]);
  });

  test("takes no entries of an earlier log for its own", async () => {
    const disk = new RecordingDisk({ directory: DIRECTORY });
    const store = await open(disk);
    await store.append(Buffer.from("old"));
    const bytes = Buffer.alloc(64);
    const [old = ""] = disk.list(DIRECTORY).filter((name) => name.endsWith(".log"));
    const count = disk.read(disk.open(`${DIRECTORY}/${old}`, "read"), bytes, 0);
    await store.checkpoint?.();
    const [log = ""] = disk.list(DIRECTORY).filter((name) => name.endsWith(".log"));
    disk.write(disk.open(`${DIRECTORY}/${log}`, "write"), bytes.subarray(0, count), 0);
    expect(await found(disk)).toEqual(["old"]);
  });
});

describe("opening after a kill", () => {
  const LIMITS = { statesMax: 60, exhaustiveMax: 16, nestedMax: 0, nestedStatesMax: 0, depth: 0 };
  const CALLS = 30;
  const workload = {
    seed: 1,
    options: {},
    lives: [
      [
        { kind: "append", size: 300 },
        { kind: "append", size: 20 },
      ],
      [{ kind: "append", size: 20 }],
    ],
  } as const;

  // The manifest's rename may be with the kernel alone, and what it no longer names removed for good.
  test("makes sure of the manifest before it removes what that does not name", async () => {
    const promise = originScenarios.find(({ name }) => name === "lsm/flush")?.promise({});
    if (promise === undefined) throw new Error("There is no scenario lsm/flush.");
    const store = { subject: lsmSubject, options: OPTIONS };
    const parts = { store, workload, profile: profiles.posix, seed: 1 };
    for (let n = 1; n <= CALLS; n += 1) {
      const killed = { ending: { kind: "call", n, edge: "after" }, opensAtOnce: true } as const;
      const plan = { lives: [killed, { ending: { kind: "power" } }] } as const;
      const recording = await recordChain({ ...parts, plan });
      const explored = await explore({ ...parts, ...recording, promise, limits: LIMITS });
      expect(explored.violation?.violations, `killed after call ${n}`).toBeUndefined();
    }
  });
});
