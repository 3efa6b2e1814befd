// The event store: its lines, how many writes a batch takes, and what opening does with a torn end.
import { expect, test } from "vitest";
import { RecordingDisk } from "../../harness/disk/recording-disk.ts";
import type { OpenStore, SubjectOptions } from "../../harness/subject.ts";
import { eventSubject } from "./event-store.ts";

const DIRECTORY = "/store";
const PATH = `${DIRECTORY}/events.jsonl`;
const FLUSH = { mode: "flush" };
const CLOCK = { monotonicMs: () => 0, wallMs: () => 0 };
const BATCH = ["one", "two", "three"].map((text) => Buffer.from(text));

async function open(storage: RecordingDisk, options: SubjectOptions): Promise<OpenStore> {
  return eventSubject.open(DIRECTORY, options, { storage, clock: CLOCK });
}

async function found(storage: RecordingDisk): Promise<readonly string[]> {
  const values: string[] = [];
  const ports = { storage, clock: CLOCK };
  for await (const { payload } of await eventSubject.recover(DIRECTORY, FLUSH, ports)) {
    values.push(String(Buffer.from(payload)));
  }
  return values;
}

function calls(disk: RecordingDisk, kind: string): number {
  return disk.trace.events.filter(
    (event) => event.kind === "start" && event.operation.kind === kind,
  ).length;
}

test.each([
  { options: FLUSH, writes: 1, syncs: 0 },
  { options: { ...FLUSH, writeEach: true }, writes: 3, syncs: 0 },
  { options: { mode: "sync" }, writes: 1, syncs: 1 },
])("a batch of three: $writes writes and $syncs syncs with $options", async (expected) => {
  const disk = new RecordingDisk({ directory: DIRECTORY });
  const store = await open(disk, expected.options);
  const before = { writes: calls(disk, "write"), syncs: calls(disk, "fdatasync") };
  await store.batch?.(BATCH);
  expect(calls(disk, "write") - before.writes).toBe(expected.writes);
  expect(calls(disk, "fdatasync") - before.syncs).toBe(expected.syncs);
});

test.each([
  { end: "half a line", text: '{"id":3,"da' },
  { end: "a line of zeros", text: "\0\0\0\n" },
  { end: "a line that is no event", text: '{"id":3}\n' },
  { end: "a line of another place", text: '{"id":7,"data":"b25l"}\n' },
  { end: "a line that is null", text: "null\n" },
])("$end is cut off, and written over", async ({ text }) => {
  const disk = new RecordingDisk({ directory: DIRECTORY });
  const store = await open(disk, FLUSH);
  await store.batch?.(BATCH);
  await store.close();
  const file = disk.open(PATH, "write");
  const sound = disk.size(file);
  disk.write(file, Buffer.from(`${text}{"id":4,"data":"b25l"}\n`), sound);
  expect(await found(disk)).toEqual(["one", "two", "three"]);
  expect(disk.size(file)).toBe(sound);
  await (await open(disk, FLUSH)).append(Buffer.from("four"));
  expect(await found(disk)).toEqual(["one", "two", "three", "four"]);
});
