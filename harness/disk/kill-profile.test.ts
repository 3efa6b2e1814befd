// The profile `kill`: what was done is kept, and a write that was under way is absent, whole, or cut at a page.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { CrashSpace } from "./crash-space.ts";
import type { DiskTrace } from "./disk-trace.ts";
import { DiskVersions } from "./disk-versions.ts";
import { fileBytes, imageEntries } from "./image.ts";
import { profiles } from "./profile.ts";
import { RecordingDisk } from "./recording-disk.ts";

interface Write {
  readonly position: number;
  readonly length: number;
}

const PAGE_BYTES = 4096;

const writes: fc.Arbitrary<readonly Write[]> = fc.array(
  fc.record({
    position: fc.noBias(fc.nat({ max: 10_000 })),
    length: fc.noBias(fc.integer({ min: 1, max: 12_000 })),
  }),
  { minLength: 1, maxLength: 4 },
);

const PATH = "/store/file";
const bytesOf = ({ length }: Write, call: number): Uint8Array =>
  new Uint8Array(length).fill(call + 1);

function record(calls: readonly Write[]): DiskTrace {
  const disk = new RecordingDisk({ directory: "/store" });
  const file = disk.open(PATH, "create");
  calls.forEach((call, index) => disk.write(file, bytesOf(call, index), call.position));
  return disk.trace;
}

/** Every content of the file, from what the calls say and nothing else: each is cut at every page. */
function expectedContents(calls: readonly Write[]): string[] {
  let before = Buffer.alloc(0);
  const contents = [before];
  for (const [index, call] of calls.entries()) {
    const end = call.position + call.length;
    const bytes = bytesOf(call, index);
    const page = Math.ceil((call.position + 1) / PAGE_BYTES) * PAGE_BYTES;
    const cuts = Array.from({ length: Math.ceil(call.length / PAGE_BYTES) + 1 }, (_, more) =>
      Math.min(end, page + more * PAGE_BYTES),
    );
    for (const cut of cuts) {
      const content = Buffer.alloc(Math.max(before.length, cut));
      before.copy(content);
      content.set(bytes.subarray(0, cut - call.position), call.position);
      contents.push(content);
    }
    before = contents.at(-1) ?? before;
  }
  return [...new Set(contents.map((content) => content.toString("latin1")))].sort();
}

test("a write that is under way is cut at its pages and nowhere else", () => {
  let cut = 0;
  fc.assert(
    fc.property(writes, (calls) => {
      const space = new CrashSpace(record(calls), profiles.kill);
      const seen = new Set<string>();
      for (const visit of space.visit({ seed: 1, statesMax: 10_000, exhaustiveMax: 100 })) {
        const found = [...imageEntries(visit.image())].find(({ path }) => path === PATH);
        if (found?.node.kind === "file") {
          seen.add(Buffer.from(fileBytes(found.node)).toString("latin1"));
        }
      }
      cut += seen.size - calls.length - 1;
      expect([...seen].sort()).toEqual(expectedContents(calls));
    }),
    { numRuns: 60 },
  );
  // Writes within one page each would show nothing.
  expect(cut).toBeGreaterThan(60);
});

test("a trace with a write that crosses a page is refused: it could not be cut there", () => {
  const { base, events } = record([{ position: 0, length: 10 }]);
  const [created, written] = events.filter((event) => event.kind === "start");
  if (created === undefined || written?.operation.kind !== "write") throw new Error("no write");
  const versions = new DiskVersions(base, profiles.kill);
  versions.apply(created);
  const operation = { ...written.operation, offset: PAGE_BYTES - 9 };
  expect(() => versions.apply({ kind: "start", operation })).toThrow(
    expect.objectContaining({ code: "bad-trace" }),
  );
});
