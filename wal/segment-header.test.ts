// The segment header: every field comes back, and every wrong byte is noticed.
import { expect, test } from "vitest";
import { crc32 } from "./crc32.ts";
import { craftHeader } from "./fixtures/crafted-log.ts";
import { decodeSegmentHeader, encodeSegmentHeader, headerChecksum } from "./segment-header.ts";

const header = craftHeader({
  sequence: 7,
  life: 0x1f_ffff,
  firstIndex: 0xffff_ffff,
  previousLsn: 2 ** 53 - 2,
  checkpointLsn: 2 ** 32 + 1,
});

/** The header with its version set and its checksum made right again. */
function withVersion(version: number): Uint8Array {
  const bytes = encodeSegmentHeader(header);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, version, true);
  view.setUint32(52, crc32(bytes, 0, 0, 52), true);
  return bytes;
}

test("every field comes back, and the checksum with them", () => {
  const bytes = encodeSegmentHeader(header);
  expect(bytes.length).toBe(56);
  expect(decodeSegmentHeader(bytes)).toEqual({
    kind: "header",
    header: { ...header, checksum: headerChecksum(header) },
  });
});

test("every flipped bit is damage, those of the version too", () => {
  for (let bit = 0; bit < 56 * 8; bit += 1) {
    const bytes = Buffer.from(encodeSegmentHeader(header));
    bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    const reason = bit < 64 ? "the magic bytes are wrong" : "the header's checksum is wrong";
    expect(decodeSegmentHeader(bytes), `bit ${bit}`).toEqual({ kind: "damaged", reason });
  }
});

test("every cut header is damage", () => {
  for (let length = 0; length < 56; length += 1) {
    const bytes = encodeSegmentHeader(header).subarray(0, length);
    expect(decodeSegmentHeader(bytes).kind).toBe("damaged");
  }
});

test.each([0, 2, 0xffff_ffff])("version %i with a right checksum is unsupported", (version) => {
  expect(decodeSegmentHeader(withVersion(version))).toEqual({ kind: "unsupported", version });
});

test("a header is read where it lies in a larger buffer", () => {
  const bytes = Buffer.concat([Buffer.alloc(3), encodeSegmentHeader(header), Buffer.alloc(9, 1)]);
  expect(decodeSegmentHeader(bytes.subarray(3)).kind).toBe("header");
});
