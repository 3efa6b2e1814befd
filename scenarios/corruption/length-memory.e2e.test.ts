// A damaged length takes no memory: a child with a small heap recovers from every flipped bit of every length.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { inTempDirectory } from "../../wal/fixtures/temp-directory.ts";

const wal = new URL("../../dist/wal/index.js", import.meta.url).href;
const child = fileURLToPath(new URL("fixtures/damaged-lengths.mjs", import.meta.url));

/** A bare Node takes 40 to 60 MiB; the lengths ask for up to 4 GiB. */
const PEAK_BYTES_MAX = 256 * 2 ** 20;

test("no length field is believed", () => {
  const told = inTempDirectory((directory) =>
    execFileSync(process.execPath, ["--max-old-space-size=64", child, wal, directory], {
      encoding: "utf8",
      timeout: 20_000,
    }),
  );
  const { noticed, cut, peakBytes }: { noticed: number; cut: number; peakBytes: number } =
    JSON.parse(told);
  // The last record is behind the last proof: it is cut as a tail, 32 times.
  expect({ noticed, cut }).toEqual({ noticed: 64, cut: 32 });
  expect(peakBytes).toBeLessThan(PEAK_BYTES_MAX);
});
