// Counting calls of a storage, and what happens at the n-th.
import { describe, expect, it } from "vitest";
import type { StoragePort } from "../storage-port.ts";
import { type CallSite, countCalls } from "./nth-call.ts";

/** A storage that only notes what reaches it; a write takes all that it is given. */
function notingStorage(notes: string[]): StoragePort {
  const note = (text: string): void => {
    notes.push(text);
  };
  return {
    makeDirectory: (path) => note(`makeDirectory ${path}`),
    list: () => [],
    lock: () => () => undefined,
    open: (path, mode) => {
      note(`open ${path} ${mode}`);
      return 7;
    },
    close: () => note("close"),
    size: () => 0,
    read: () => 0,
    write: (_file, bytes) => {
      note(`write ${bytes.length}`);
      return bytes.length;
    },
    truncate: (_file, size) => note(`truncate ${size}`),
    sync: () => note("sync"),
    syncData: () => note("syncData"),
    syncDataLater: async () => note("syncDataLater"),
    syncDirectory: (path) => note(`syncDirectory ${path}`),
    rename: (from, to) => note(`rename ${from} ${to}`),
    remove: (path) => note(`remove ${path}`),
  };
}

/** Every member once, in this order. */
async function useAll(storage: StoragePort): Promise<void> {
  storage.makeDirectory("/s");
  storage.list("/s");
  storage.lock("/s")();
  const file = storage.open("/s/a", "create");
  storage.open("/s/a", "write");
  storage.open("/s/a", "read");
  storage.size(file);
  storage.read(file, new Uint8Array(1), 0);
  storage.write(file, new Uint8Array(10), 0);
  storage.truncate(file, 4);
  storage.sync(file);
  storage.syncData(file);
  await storage.syncDataLater(file);
  storage.syncDirectory("/s");
  storage.rename("/s/a", "/s/b");
  storage.remove("/s/b");
  storage.close(file);
}

const COUNTED = [
  "makeDirectory s",
  "create a",
  "write a",
  "truncate a",
  "sync a",
  "syncData a",
  "syncDataLater a",
  "syncDirectory s",
  "rename b",
  "remove b",
];

async function siteAt(n: number, kind: "before" | "after"): Promise<CallSite | undefined> {
  let seen: CallSite | undefined;
  const act = (site: CallSite): void => {
    seen = site;
  };
  await useAll(countCalls(notingStorage([]), { n, action: { kind, act } }).storage);
  return seen;
}

describe("countCalls", () => {
  it("counts what changes or syncs something, and nothing else", async () => {
    const counted = countCalls(notingStorage([]));
    await useAll(counted.storage);
    expect(counted.calls()).toBe(COUNTED.length);
  });

  it.each(["before", "after"] as const)("tells each call %s it, once", async (edge) => {
    const sites = await Promise.all(COUNTED.map((_, index) => siteAt(index + 1, edge)));
    expect(sites.map((site) => `${site?.call} ${site?.file}`)).toEqual(COUNTED);
    expect(await siteAt(0, edge)).toBeUndefined();
    expect(await siteAt(COUNTED.length + 1, edge)).toBeUndefined();
  });

  it("acts before the call has done anything, or after it has", async () => {
    for (const [kind, expected] of [
      [
        "before",
        ["makeDirectory /s", "open /s/a create", "open /s/a write", "open /s/a read", "!"],
      ],
      [
        "after",
        [
          "makeDirectory /s",
          "open /s/a create",
          "open /s/a write",
          "open /s/a read",
          "write 10",
          "!",
        ],
      ],
    ] as const) {
      const notes: string[] = [];
      const act = (): void => {
        notes.push("!");
      };
      await useAll(countCalls(notingStorage(notes), { n: 3, action: { kind, act } }).storage);
      expect(notes.slice(0, expected.length)).toEqual(expected);
    }
  });

  it("says that names are changing until the directory is synced", async () => {
    const sites = await Promise.all(COUNTED.map((_, index) => siteAt(index + 1, "before")));
    const changing = sites.filter((site) => site?.namesChanging === true).map((site) => site?.call);
    expect(changing).toEqual([
      "makeDirectory",
      "create",
      "write",
      "truncate",
      "sync",
      "syncData",
      "syncDataLater",
      "syncDirectory",
      "rename",
      "remove",
    ]);
    const storage = countingNames();
    expect(storage).toEqual(["create names", "syncDirectory names", "write data", "remove names"]);
  });
});

/** A file is made, its name synced, then written, then removed. */
function countingNames(): readonly string[] {
  return [1, 2, 3, 4].map((n) => {
    let seen = "";
    const act = ({ call, namesChanging }: CallSite): void => {
      seen = `${call} ${namesChanging ? "names" : "data"}`;
    };
    const { storage } = countCalls(notingStorage([]), { n, action: { kind: "before", act } });
    const file = storage.open("/s/a", "create");
    storage.syncDirectory("/s");
    storage.write(file, new Uint8Array(1), 0);
    storage.remove("/s/a");
    return seen;
  });
}
