// What is started behind a power cut sees another boot, and nobody else does.
import { readFileSync } from "node:fs";
import { execa } from "execa";
import { expect, test } from "vitest";
import { ANOTHER_BOOT, whyNoOtherBoot } from "./another-boot.ts";

const BOOT_NUMBER = "/proc/sys/kernel/random/boot_id";

test("its boot has a number of the same form, and the machine's stays", async ({ skip }) => {
  const missing = await whyNoOtherBoot();
  if (missing !== undefined && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(missing);
  skip(missing !== undefined, missing);
  const own = readFileSync(BOOT_NUMBER, "latin1");
  const [program, ...words] = [...ANOTHER_BOOT, "cat", BOOT_NUMBER];
  const { stdout } = await execa(program, words);
  expect(`${stdout}\n`).not.toBe(own);
  expect(stdout).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(readFileSync(BOOT_NUMBER, "latin1")).toBe(own);
});
