// Worker threads that share one log: their records, their deaths, and the death of the owner.
import { once } from "node:events";
import { MessagePort, Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { connectWal } from "./connect-wal.ts";
import { bytesOf, readBack } from "./fixtures/read-back.ts";
import { inTempDirectoryLater } from "./fixtures/temp-directory.ts";
import type { GroupWal } from "./group-wal.ts";
import { openWal } from "./open-wal.ts";
import { shareWal } from "./share-wal.ts";

const MODULE = new URL("../dist/wal/index.js", import.meta.url).href;

interface Acknowledged {
  readonly text: string;
  readonly lsn: number;
}

interface Work {
  readonly name: string;
  readonly callers: number;
  readonly count: number;
  readonly dies?: boolean;
}

/** Starts a worker that appends to the log, and gives what it says was acknowledged. */
async function work(wal: GroupWal, asked: Work): Promise<readonly Acknowledged[]> {
  const port = shareWal(wal);
  const worker = new Worker(new URL("fixtures/connected-worker.mjs", import.meta.url), {
    workerData: { module: MODULE, port, ...asked },
    transferList: [port],
  });
  const ended = once(worker, "exit");
  const [acknowledged]: readonly unknown[] = await once(worker, "message");
  await ended;
  expect(Array.isArray(acknowledged)).toBe(true);
  return Array.isArray(acknowledged) ? acknowledged : [];
}

describe("workers", () => {
  test("append at once: each record is there under its own LSN, in each caller's order", async () => {
    await inTempDirectoryLater(async (directory) => {
      const wal = openWal(directory, { mode: "group", segmentBytes: 4096 });
      const names = ["one", "two", "three"];
      const all = (
        await Promise.all(
          names.map(async (name) => await work(wal, { name, callers: 8, count: 40 })),
        )
      ).flat();
      await wal.close();
      expect(all.length).toBe(3 * 8 * 40);
      const { texts, lsns } = readBack(directory);
      const sorted = all.toSorted((first, second) => first.lsn - second.lsn);
      expect(texts).toEqual(sorted.map(({ text }) => text));
      expect(lsns).toEqual(sorted.map(({ lsn }) => lsn));
      for (const name of names) {
        const records = texts.filter((text) => text.startsWith(`${name}.3.`));
        expect(records).toEqual(Array.from({ length: 40 }, (_, at) => `${name}.3.${at}`));
      }
    });
  });

  test("one dies with calls under way: the log goes on, and what was acknowledged is there", async () => {
    await inTempDirectoryLater(async (directory) => {
      const wal = openWal(directory, { mode: "group" });
      const ours = wal.append(bytesOf("ours"));
      const dead = await work(wal, { name: "dead", callers: 4, count: 5, dies: true });
      expect(dead.length).toBe(4);
      await ours;
      const next = await work(wal, { name: "next", callers: 2, count: 3 });
      await wal.append(bytesOf("after"));
      await wal.close();
      const { texts } = readBack(directory);
      expect(texts).toEqual(expect.arrayContaining(["ours", "after"]));
      expect(texts).toEqual(expect.arrayContaining([...dead, ...next].map(({ text }) => text)));
      expect(texts.every((text) => /^(ours|after|(dead|next)\.\d\.(\d|last))$/.test(text))).toBe(
        true,
      );
      expect(new Set(texts).size).toBe(texts.length);
    });
  });
});

test("the owner dies: calls under way reject with closed, and so do later ones", async () => {
  await inTempDirectoryLater(async (directory) => {
    const owner = new Worker(new URL("fixtures/owner-worker.mjs", import.meta.url), {
      workerData: { module: MODULE, directory },
    });
    const [port]: readonly unknown[] = await once(owner, "message");
    if (!(port instanceof MessagePort)) {
      throw new Error("The owner sent no port.");
    }
    const wal = connectWal(port);
    const calls = [wal.append(bytesOf("a")), wal.appendBatch([bytesOf("b")]), wal.sync()];
    const refusals = calls.map(
      async (call) => await expect(call).rejects.toMatchObject({ code: "closed" }),
    );
    const drained = wal.drained();
    owner.postMessage("end", []);
    await once(owner, "exit");
    await Promise.all(refusals);
    await drained;
    await expect(wal.append(bytesOf("c"))).rejects.toMatchObject({ code: "closed" });
    await wal.close();
    openWal(directory).close();
  });
});
