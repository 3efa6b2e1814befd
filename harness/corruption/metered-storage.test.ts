// Tests of the meter: each limit stops a recovery, and one that stays within them is left alone.
import { expect, test } from "vitest";
import { RecordingDisk } from "../disk/recording-disk.ts";
import { meteredStorage, type StorageMeter } from "./metered-storage.ts";

function metered(): { readonly meter: StorageMeter; readonly file: number } {
  const disk = new RecordingDisk({ directory: "/store" });
  disk.write(disk.open("/store/a", "create"), new Uint8Array(100), 0);
  const meter = meteredStorage(disk, disk.image());
  return { meter, file: meter.storage.open("/store/a", "read") };
}

const repeat = (count: number, call: () => unknown): void => {
  for (let done = 0; done < count; done += 1) call();
};

test("what a recovery needs is let through", () => {
  const { meter, file } = metered();
  expect(meter.storage.read(file, new Uint8Array(65_536), 0)).toBe(100);
  expect(meter.excess).toBeUndefined();
});

test("a read far above any file", () => {
  const { meter, file } = metered();
  expect(() => meter.storage.read(file, new Uint8Array(2 ** 21), 0)).toThrow("at once");
  expect(meter.excess).toContain("asked for 2097152 bytes at once");
  expect(() => meter.storage.size(file)).toThrow("at once");
});

test("reads without end", () => {
  const { meter, file } = metered();
  const bytes = new Uint8Array(2 ** 20);
  expect(() => repeat(20, () => meter.storage.read(file, bytes, 0))).toThrow("more than");
  expect(meter.excess).toContain("asked for more than");
});

test("calls without end", () => {
  const { meter, file } = metered();
  expect(() => repeat(1_000_001, () => meter.storage.size(file))).toThrow("calls");
});
