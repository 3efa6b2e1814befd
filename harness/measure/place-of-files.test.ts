// Mount tables as proc(5) has them.
import { expect, test } from "vitest";
import { placeInTable, placeOfFiles } from "./place-of-files.ts";

const TABLE = `21 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw,errors=remount-ro
22 21 0:20 / /dev/shm rw,nosuid shared:2 - tmpfs shm rw,size=64k
23 21 0:21 / /mnt/with\\040blank rw - xfs /dev/vdb rw,noquota
24 21 0:22 / /data rw - ext4 /dev/vdc rw
25 24 0:23 / /data rw,noatime - btrfs /dev/vdd rw
`;

test("the longest mount point above a path is its own", () => {
  expect(placeInTable("/home/me", TABLE)).toEqual({
    type: "ext4",
    options: "rw,relatime,errors=remount-ro",
    isInMemory: false,
  });
  expect(placeInTable("/dev/shm/a", TABLE)).toMatchObject({ type: "tmpfs", isInMemory: true });
  expect(placeInTable("/dev/shmem", TABLE).type).toBe("ext4");
  expect(placeInTable("/mnt/with blank", TABLE).type).toBe("xfs");
});

test("of two mounts on one point the later hides the other", () => {
  expect(placeInTable("/data/a", TABLE)).toMatchObject({ type: "btrfs", options: "rw,noatime" });
});

test("an empty table tells nothing", () => {
  expect(placeInTable("/", "")).toEqual({ type: "unknown", options: "unknown", isInMemory: false });
});

test("a directory that is not there is an error", () => {
  expect(() => placeOfFiles("/no/such/directory")).toThrow(
    expect.objectContaining({ code: "ENOENT" }),
  );
});
