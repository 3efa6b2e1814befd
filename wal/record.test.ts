// One record's bytes: they come back, and every wrong bit of a header is noticed.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { crc32 } from "./crc32.ts";
import {
  commits,
  decodeRecordHeader,
  encodeCommit,
  encodeRecord,
  type RecordDraft,
  RecordType,
} from "./record.ts";

const SALT = 0x24582e27;

function encoded(draft: RecordDraft, at = 0, salt = SALT): Buffer {
  const bytes = Buffer.alloc(at + 24 + draft.payload.length, 0xaa);
  expect(encodeRecord({ bytes, at, salt }, draft)).toBe(bytes.length);
  return bytes;
}

const draft: RecordDraft = {
  type: RecordType.single,
  index: 0xffff_ffff,
  syncedIndex: 0xffff_fffe,
  payload: Buffer.from([0, 255, 1]),
};

test("what was encoded is decoded", () => {
  const words = fc.integer({ min: 0, max: 0xffff_ffff });
  const drafts = fc.record({
    type: fc.constantFrom(...Object.values(RecordType)),
    index: words,
    syncedIndex: words,
    payload: fc.uint8Array({ maxLength: 300 }),
  });
  fc.assert(
    fc.property(drafts, fc.nat(9), words, (each, at, salt) => {
      const { payload, ...facts } = each;
      expect(decodeRecordHeader(encoded(each, at, salt), at, salt)).toEqual({
        ...facts,
        length: payload.length,
        payloadChecksum: crc32(payload, salt),
      });
    }),
  );
});

test("every flipped bit of a header is noticed", () => {
  for (let bit = 0; bit < 24 * 8; bit += 1) {
    const bytes = encoded(draft);
    bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(decodeRecordHeader(bytes, 0, SALT), `bit ${bit}`).toBeTypeOf("string");
  }
});

test("a record of another segment does not parse", () => {
  expect(decodeRecordHeader(encoded(draft), 0, SALT ^ 1)).toMatch(/checksum/);
});

test.each([0, 5, 0xffff_ffff])("type %i is unknown, though its checksum holds", (type) => {
  expect(decodeRecordHeader(encoded({ ...draft, type }), 0, SALT)).toMatch(/type/);
});

test("a cut header is told with its length", () => {
  expect(decodeRecordHeader(encoded(draft).subarray(0, 23), 0, SALT)).toMatch(/23 bytes/);
});

test("zeros and ones never parse", () => {
  for (const fill of [0, 0xff]) {
    expect(decodeRecordHeader(Buffer.alloc(24, fill), 0, 0)).toBeTypeOf("string");
  }
});

test("a COMMIT ends its own batch only", () => {
  const payload = encodeCommit(3, 70_000);
  expect(commits(payload, 3, 70_000)).toBe(true);
  expect(commits(payload, 2, 70_000)).toBe(false);
  expect(commits(payload, 3, 70_001)).toBe(false);
  expect(commits(payload.subarray(0, 7), 3, 70_000)).toBe(false);
});
