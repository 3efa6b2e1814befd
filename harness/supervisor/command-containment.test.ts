// What holds a command here: found by trying, and told where it does not hold.
import { execaSync } from "execa";
import { afterEach, expect, it } from "vitest";
import { findContainment } from "./command-containment.ts";

const PATH = process.env["PATH"];
const MEMORY_BYTES = 512 * 1024 * 1024;

afterEach(() => {
  process.env["PATH"] = PATH;
});

it("holds what it says", async ({ skip }) => {
  const { kind, prefix, text } = await findContainment(MEMORY_BYTES);
  const [program, ...words] = [...prefix, "sh", "-c", "echo $$; ulimit -d"];
  const { stdout } = execaSync(program, words);
  const [pid, limit] = stdout.split("\n");
  if (kind === "process-group" && process.env["ACKPROOF_NO_SKIPS"] === "1") throw new Error(text);
  skip(kind === "process-group", text);
  expect(text).toMatch(/^pid namespace/);
  expect(pid).toBe("1");
  const limited = text === "pid namespace, 512 MiB of data a process";
  expect(limit).toBe(limited ? String(MEMORY_BYTES / 1024) : "unlimited");
});

it("is a process group without limits where the programs are missing, and says so", async () => {
  process.env["PATH"] = "/no/such";
  const { kind, prefix, text } = await findContainment(MEMORY_BYTES);
  expect({ kind, prefix }).toEqual({ kind: "process-group", prefix: [] });
  expect(text).toMatch(
    /^process group and sweep \(no pid namespace: .+\), no memory limit \(.+\)$/,
  );
});
