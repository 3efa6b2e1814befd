// Which calls are noted as recoveries, while they are under way; and the call that is answered as one without an end.
import { expect, test } from "vitest";
import { RecordingDisk } from "../disk/recording-disk.ts";
import type { FoundValue, OpenStore, Subject } from "../subject.ts";
import { openOn, type RecordedStore, recoverOn } from "./recorded-store.ts";
import { RecoveryCalls, UNANSWERED, watchStore } from "./watched-store.ts";

const VALUE: FoundValue = { payload: new Uint8Array(1) };
const CLOSED: OpenStore = { append: () => undefined, close: () => undefined };

const disk = new RecordingDisk();

function* now(): Generator<FoundValue> {
  yield VALUE;
}

async function* later(): AsyncGenerator<FoundValue> {
  yield VALUE;
}

interface Noted {
  readonly store: RecordedStore;
  readonly notes: number[];
}

function watched(
  recover: Subject["recover"],
  { unanswered, opensBefore = 0 }: { unanswered?: number; opensBefore?: number } = {},
): Noted {
  const notes: number[] = [];
  const calls = new RecoveryCalls((call) => notes.push(call), unanswered);
  const store = { subject: { open: () => CLOSED, recover }, options: { mode: "sync" } };
  return { store: watchStore(store, { calls, opensBefore }), notes };
}

test("each recovery is noted until it ends, and so is an open, but for the first ones", async () => {
  const { store, notes } = watched(() => [VALUE], { opensBefore: 1 });
  await openOn(store, disk);
  expect(notes).toEqual([]);
  await recoverOn(store, disk);
  await openOn(store, disk);
  expect(notes).toEqual([1, 0, 2, 0]);
});

test("one that throws has ended", async () => {
  const { store, notes } = watched(() => {
    throw new Error("refused");
  });
  await expect(recoverOn(store, disk)).rejects.toThrow("refused");
  expect(notes).toEqual([1, 0]);
});

test("values that are made while they are read are part of the recovery", async () => {
  for (const values of [now, later]) {
    const { store, notes } = watched(() => values());
    const seen: number[] = [];
    for await (const _ of await recoverOn(store, disk)) seen.push(notes.at(-1) ?? 0);
    expect(seen).toEqual([1]);
    expect(notes.at(-1)).toBe(0);
  }
});

test("a recovery that was given up does not end the one behind it", async () => {
  const ends: (() => void)[] = [];
  const { store, notes } = watched(
    async () => new Promise<FoundValue[]>((resolve) => ends.push(() => resolve([]))),
  );
  const both = [recoverOn(store, disk), recoverOn(store, disk)];
  await Promise.resolve();
  ends[0]?.();
  await both[0];
  expect(notes).toEqual([1, 2]);
  ends[1]?.();
  await both[1];
  expect(notes).toEqual([1, 2, 0]);
});

test("from the unanswered call on nothing is done", async () => {
  let done = 0;
  const { store } = watched(() => [{ ...VALUE, lsn: (done += 1) }], { unanswered: 2 });
  await recoverOn(store, disk);
  await expect(recoverOn(store, disk)).rejects.toMatchObject({ code: UNANSWERED });
  await expect(openOn(store, disk)).rejects.toMatchObject({ code: UNANSWERED });
  expect(done).toBe(1);
});
