// Where two disks differ: torn sectors, files that are missing or shorter, and how much of it is told.
import { expect, test } from "vitest";
import { RecordingDisk } from "../disk/recording-disk.ts";
import { differingBytes, differingValue } from "./differing-bytes.ts";

type Files = { readonly [name: string]: Uint8Array };

function diskWith(files: Files): RecordingDisk {
  const disk = new RecordingDisk({ directory: "/store" });
  for (const [name, bytes] of Object.entries(files)) {
    const file = disk.open(`/store/${name}`, "create");
    if (bytes.length > 0) disk.write(file, bytes, 0);
  }
  return disk;
}

function differences(written: Files, left: Files): ReturnType<typeof differingBytes> {
  return differingBytes(diskWith(written).image(), diskWith(left).image(), "/store");
}

test("a torn sector is told in whole lines, with both of its contents", () => {
  const written = new Uint8Array(1500).fill(7);
  const left = Uint8Array.from(written);
  left.fill(0, 530, 540);
  expect(differences({ a: written, b: written }, { a: written, b: left })).toEqual([
    {
      file: "b",
      offset: 528,
      written: "07".repeat(16),
      left: `0707${"00".repeat(10)}07070707`,
      isCut: false,
    },
  ]);
  expect(differences({ a: written }, { a: written })).toEqual([]);
});

test("a missing file has nothing left, a shorter one less, and a foreign one was never written", () => {
  const bytes = new Uint8Array(20).fill(1);
  const told = differences({ a: bytes, b: bytes }, { b: bytes.subarray(0, 18), c: bytes });
  expect(told).toEqual([
    { file: "a", offset: 0, written: "01".repeat(20), left: "", isCut: false },
    { file: "b", offset: 16, written: "01010101", left: "0101", isCut: false },
    { file: "c", offset: 0, written: "", left: "01".repeat(20), isCut: false },
  ]);
});

test("of a long stretch 512 bytes are told, of many eight", () => {
  const zeros = new Uint8Array(5000);
  const [long, ...others] = differences({ a: new Uint8Array(5000).fill(1) }, { a: zeros });
  expect(long).toMatchObject({ offset: 0, written: "01".repeat(512), isCut: true });
  expect(others).toEqual([]);
  const spotted = new Uint8Array(512 * 40);
  for (let at = 0; at < spotted.length; at += 1024) spotted[at] = 1;
  expect(differences({ a: spotted }, { a: new Uint8Array(spotted.length) })).toHaveLength(8);
  const grown = new Uint8Array(3000);
  expect(differences({ a: grown }, { a: grown.subarray(0, 100) })).toMatchObject([
    { offset: 96, isCut: true },
  ]);
});

test("a value is compared as a file is, and told under its name", () => {
  const written = Buffer.from("17.0:abcdefghijklmnopqrst");
  expect(differingValue("a value", written, written.subarray(0, 17))).toEqual([
    {
      file: "a value",
      offset: 16,
      written: written.subarray(16).toString("hex"),
      left: written.subarray(16, 17).toString("hex"),
      isCut: false,
    },
  ]);
});
