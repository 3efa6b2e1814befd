// A disk of which a call fails: each failure strikes, does what it says, and nothing else.
import * as fc from "fast-check";
import { beforeEach, describe, expect, it, test } from "vitest";
import type { FileId, StoragePort } from "../storage-port.ts";
import { failingDisk } from "./failing-disk.ts";
import { shown } from "./fixtures/crash-listing.ts";
import { imageListing } from "./image.ts";
import { matchingFailures, parseIoFailure } from "./io-failure.ts";
import { RecordingDisk } from "./recording-disk.ts";

let disk = new RecordingDisk({ directory: "/s" });
let told: string[] = [];
let mend = (): void => undefined;

beforeEach(() => {
  disk = new RecordingDisk({ directory: "/s" });
  told = [];
});

function failsAs(text: string): StoragePort {
  const failing = failingDisk(disk, parseIoFailure(text), (each) => told.push(each));
  mend = () => failing.mend();
  return failing.storage;
}

const code = (expected: string): unknown => expect.objectContaining({ code: expected });

/** A file with 600 durable bytes, opened through this storage. */
function durable(storage: StoragePort): FileId {
  const file = disk.open("/s/a", "create");
  disk.write(file, Buffer.alloc(600, "a"), 0);
  disk.sync(file);
  disk.syncDirectory("/s");
  disk.close(file);
  return storage.open("/s/a", "write");
}

function textOf(storage: StoragePort, file: FileId): string {
  const bytes = Buffer.alloc(storage.size(file));
  storage.read(file, bytes, 0);
  return bytes.toString("latin1");
}

/** Every call that can fail, twice; `codes` are of those that did. */
async function useAll(storage: StoragePort): Promise<readonly unknown[]> {
  const codes: unknown[] = [];
  const attempt = async (call: () => unknown): Promise<unknown> => {
    try {
      return await call();
    } catch (error) {
      codes.push(error instanceof Error && "code" in error ? error.code : error);
      return undefined;
    }
  };
  for (const name of ["b", "c"]) {
    const opened = await attempt(() => storage.open(`/s/${name}`, "create"));
    const file = typeof opened === "number" ? opened : disk.open("/s/a", "write");
    await attempt(() => storage.write(file, Buffer.alloc(10, name), 0));
    await attempt(() => storage.truncate(file, 5));
    await attempt(() => storage.sync(file));
    await attempt(() => storage.syncData(file));
    await attempt(async () => storage.syncDataLater(file));
    await attempt(() => storage.syncDirectory("/s"));
    await attempt(() => storage.rename(`/s/${name}`, `/s/${name}2`));
    await attempt(() => storage.remove(`/s/${name}2`));
  }
  return codes;
}

describe("every failure there is", () => {
  // The second data sync of these calls is the one that is asked for later.
  it.each(matchingFailures().map((each) => ({ ...each, n: each.kind === "slow" ? 2 : 1 })))(
    "$call $kind, lasting: $lasts, cache $cache: strikes and is told once",
    async (failure) => {
      const failing = failingDisk(disk, failure, (each) => told.push(each));
      const { storage } = failing;
      durable(disk);
      const codes = await useAll(storage);
      expect(told).toHaveLength(1);
      const isError = failure.kind !== "short" && failure.kind !== "slow";
      if (isError) expect(codes.filter((each) => each !== "ENOENT")).toContain(failure.kind);
      failing.mend();
      const after = await useAll(storage);
      // Errors of the page cache outlive the mending: their descriptors are still open.
      if (failure.cache !== "late") expect(after).not.toContain(failure.kind);
      expect(told).toHaveLength(1);
    },
  );

  it("strikes the n-th call and no other", () => {
    const storage = failsAs("write#3:EIO");
    const file = durable(storage);
    const taken = [1, 2, 3, 4].map(() => {
      try {
        return storage.write(file, Buffer.alloc(10), 0);
      } catch (error) {
        return error instanceof Error && "code" in error ? error.code : "?";
      }
    });
    expect(taken).toEqual([10, 10, "EIO", 10]);
    expect(told).toEqual(["write#3:EIO"]);
  });

  it("counts syncs asked for now and later together, and opens of all modes", async () => {
    const storage = failsAs("syncData#2:EIO");
    const file = durable(storage);
    storage.syncData(file);
    await expect(storage.syncDataLater(file)).rejects.toEqual(code("EIO"));
    const opening = failsAs("open#3:EIO");
    const [first] = ["read", "write"].map((mode) =>
      opening.open("/s/a", mode === "read" ? "read" : "write"),
    );
    expect(first).toBeTypeOf("number");
    expect(() => opening.open("/s/b", "create")).toThrow(code("EIO"));
  });
});

test.each(["truncate", "rename", "remove", "open", "syncDirectory", "write"])(
  "a %s that fails leaves the disk as it was",
  async (call) => {
    const storage = failsAs(`${call}#1:EIO`);
    const file = durable(disk);
    const before = imageListing(disk.image());
    const calls: { readonly [name: string]: () => unknown } = {
      truncate: () => storage.truncate(file, 3),
      rename: () => storage.rename("/s/a", "/s/b"),
      remove: () => storage.remove("/s/a"),
      open: () => storage.open("/s/b", "create"),
      syncDirectory: () => storage.syncDirectory("/s"),
      write: () => storage.write(file, Buffer.from("x"), 0),
    };
    expect(() => calls[call]?.()).toThrow(code("EIO"));
    expect(imageListing(disk.image())).toBe(before);
  },
);

describe("a full disk", () => {
  it("that stays full takes half of a record, then fails all that needs space until it is mended", () => {
    const storage = failsAs("write#1:ENOSPC,lasts");
    const file = durable(storage);
    expect(storage.write(file, Buffer.alloc(9, "b"), 600)).toBe(4);
    const needing = [
      () => storage.write(file, Buffer.alloc(1, "b"), 604),
      () => storage.open("/s/b", "create"),
      () => storage.rename("/s/a", "/s/b"),
      () => storage.makeDirectory("/s/d"),
    ];
    for (const call of needing) expect(call).toThrow(code("ENOSPC"));
    storage.makeDirectory("/s");
    storage.syncData(file);
    storage.truncate(file, 600);
    storage.close(storage.open("/s/a", "read"));
    mend();
    expect(storage.write(file, Buffer.alloc(9, "b"), 600)).toBe(9);
    for (const call of needing) call();
    storage.remove("/s/b");
    expect(told).toEqual(["write#1:ENOSPC,lasts"]);
  });

  it("once has no room for one write, and none of it is taken", () => {
    const storage = failsAs("write#1:ENOSPC");
    const file = durable(storage);
    expect(() => storage.write(file, Buffer.alloc(9), 600)).toThrow(code("ENOSPC"));
    expect(storage.size(file)).toBe(600);
    expect(storage.write(file, Buffer.alloc(9), 600)).toBe(9);
  });

  it("does not hinder the opening of what exists", () => {
    const storage = failsAs("open#1:ENOSPC,lasts");
    durable(storage);
    expect(told).toEqual([]);
    expect(() => storage.open("/s/b", "create")).toThrow(code("ENOSPC"));
  });
});

test("a short write takes at least one byte and fewer than given; one byte is left alone", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), (length) => {
      const storage = failsAs("write#1:short,lasts");
      const file = storage.open("/s/x", disk.list("/s").includes("x") ? "write" : "create");
      const taken = storage.write(file, Buffer.alloc(length, "x"), 0);
      expect(taken).toBeGreaterThanOrEqual(1);
      expect(taken).toBeLessThan(length === 1 ? 2 : length);
    }),
  );
});

describe("a failed sync", () => {
  const kinds = ["sync", "syncData"] as const;

  it.each(kinds)("%s: kept: reads find the new content, which no later sync binds", (call) => {
    const storage = failsAs(`${call}#1:EIO`);
    const file = durable(storage);
    storage.write(file, Buffer.alloc(512, "b"), 0);
    expect(() => storage[call](file)).toThrow(code("EIO"));
    storage[call](file);
    expect(textOf(storage, file)).toBe("b".repeat(512) + "a".repeat(88));
    expect(shown(disk.trace, "floor")).toEqual(["/s/a 600 a*600"]);
    storage.write(file, Buffer.from("c"), 599);
    storage[call](file);
    expect(shown(disk.trace, "floor")).toEqual(["/s/a 600 b*512a*87c"]);
  });

  it.each(kinds)("%s: reverted: reads find what is durable", (call) => {
    const storage = failsAs(`${call}#1:EIO,reverted`);
    const file = durable(storage);
    storage.write(file, Buffer.alloc(1000, "b"), 0);
    expect(() => storage[call](file)).toThrow(code("EIO"));
    // The size stays, and what was never durable reads as zeros.
    expect(textOf(storage, file)).toBe("a".repeat(600) + "\0".repeat(400));
    expect(shown(disk.trace, "newest")).toEqual(["/s/a 1000 a*600.*400"]);
    expect(shown(disk.trace, "floor")).toEqual(["/s/a 600 a*600"]);
  });

  it.each(kinds)("%s: late: success, and the error at the next sync of the file", (call) => {
    const storage = failsAs(`${call}#1:EIO,late`);
    const file = durable(storage);
    storage.write(file, Buffer.alloc(512, "b"), 0);
    storage[call](file);
    expect(told).toHaveLength(1);
    expect(() => storage[call](file)).toThrow(code("EIO"));
    storage[call](file);
    expect(shown(disk.trace, "floor")).toEqual(["/s/a 600 a*600"]);
  });

  it("asked for later rejects when it ends, and the trace has it", async () => {
    const storage = failsAs("syncData#1:EIO,reverted");
    const file = durable(storage);
    storage.write(file, Buffer.alloc(600, "b"), 0);
    const sync = storage.syncDataLater(file);
    expect(textOf(storage, file)).toBe("b".repeat(600));
    await expect(sync).rejects.toEqual(code("EIO"));
    expect(textOf(storage, file)).toBe("a".repeat(600));
    expect(disk.trace.events.at(-1)).toMatchObject({ failed: { code: "EIO", cache: "reverted" } });
  });

  it("takes nothing of a page that was written while it was under way", async () => {
    const storage = failsAs("syncData#1:EIO,reverted");
    const file = durable(storage);
    storage.write(file, Buffer.alloc(600, "b"), 0);
    const sync = storage.syncDataLater(file);
    storage.write(file, Buffer.from("c"), 0);
    await expect(sync).rejects.toEqual(code("EIO"));
    expect(textOf(storage, file)).toBe(`c${"b".repeat(599)}`);
    expect(shown(disk.trace, "newest")).toEqual(["/s/a 600 cb*599"]);
    storage.syncData(file);
    expect(shown(disk.trace, "floor")).toEqual(["/s/a 600 a*600"]);
  });

  it("is told once to each descriptor that was open, and never to one opened later", () => {
    const storage = failsAs("sync#1:EIO");
    const [file, other] = [durable(storage), storage.open("/s/a", "write")];
    const closed = storage.open("/s/a", "write");
    const elsewhere = storage.open("/s/b", "create");
    storage.write(file, Buffer.from("b"), 0);
    expect(() => storage.sync(file)).toThrow(code("EIO"));
    storage.close(closed);
    const later = storage.open("/s/a", "write");
    for (const fine of [later, elsewhere, file]) storage.syncData(fine);
    expect(() => storage.syncData(other)).toThrow(code("EIO"));
    for (const fine of [later, elsewhere, file, other]) storage.sync(fine);
    expect(shown(disk.trace, "floor")[0]).toBe("/s/a 600 a*600");
  });

  it("that lasts fails until it is mended, and is told each time", () => {
    const storage = failsAs("sync#2:EIO,lasts");
    const file = durable(storage);
    storage.sync(file);
    for (let n = 2; n < 5; n += 1) expect(() => storage.sync(file)).toThrow(code("EIO"));
    storage.syncData(file);
    mend();
    storage.sync(file);
    expect(told).toEqual(["sync#2:EIO,lasts"]);
  });

  it("is no failure of the page cache where a signal came first", () => {
    const storage = failsAs("sync#1:EINTR");
    const file = durable(storage);
    storage.write(file, Buffer.alloc(600, "b"), 0);
    const { length } = disk.trace.events;
    expect(() => storage.sync(file)).toThrow(code("EINTR"));
    expect(disk.trace.events).toHaveLength(length);
    storage.sync(file);
    expect(shown(disk.trace, "floor")).toEqual(["/s/a 600 b*600"]);
  });

  it("of a directory binds no name, and the next one does", () => {
    const storage = failsAs("syncDirectory#1:EIO");
    storage.open("/s/a", "create");
    expect(() => storage.syncDirectory("/s")).toThrow(code("EIO"));
    expect(shown(disk.trace, "floor")).toEqual([]);
    storage.syncDirectory("/s");
    expect(shown(disk.trace, "floor")).toEqual(["/s/a 0"]);
  });
});
