// Damage made small: only the bits and bytes that break the promise are left of it.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Corruption } from "../disk/corruption.ts";
import { corruptionText, parseCorruption } from "../disk/corruption-text.ts";
import type { DiskImage } from "../disk/image.ts";
import { RecordingDisk } from "../disk/recording-disk.ts";
import { smallestCorruption } from "./smallest-corruption.ts";

const FILE_BYTES = 100;

function imageOfOneFile(): DiskImage {
  const disk = new RecordingDisk({ directory: "/store" });
  const file = disk.open("/store/lines", "create");
  disk.write(file, new Uint8Array(FILE_BYTES).fill(1), 0);
  return disk.image();
}

/** The smallest form of the damage, and how often it was tried. */
async function shrunk(
  text: string,
  breaks: (corruption: Corruption) => boolean,
): Promise<{ readonly text: string; readonly tries: number }> {
  let tries = 0;
  const smallest = await smallestCorruption(
    imageOfOneFile(),
    parseCorruption(text),
    async (one) => {
      tries += 1;
      return breaks(one);
    },
  );
  return { text: corruptionText(smallest), tries };
}

test("of flipped bits those are left that break it, together", async () => {
  const needed = ["0x3.1", "0x5.0"];
  const { text } = await shrunk("flip /store/lines 0x1.0 0x3.1 0x4.7 0x5.0 0x9.2", (one) => {
    const all = corruptionText(one).split(" ");
    return needed.every((bit) => all.includes(bit));
  });
  expect(text).toBe("flip /store/lines 0x3.1 0x5.0");
});

test("a cut goes back to the last byte that must be gone", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: FILE_BYTES }), async (lost) => {
      const breaks = (one: Corruption) => one.kind === "cut" && one.size <= FILE_BYTES - lost;
      const { text, tries } = await shrunk("cut /store/lines 0", breaks);
      expect(text).toBe(`cut /store/lines ${FILE_BYTES - lost}`);
      expect(tries).toBeLessThanOrEqual(Math.ceil(Math.log2(FILE_BYTES)));
    }),
    { seed: 5, numRuns: 20 },
  );
});

test("of bytes added as many are left as it takes", async () => {
  const { text } = await shrunk(
    "lengthen /store/lines 40 garbage=7",
    (one) => one.kind === "lengthen" && one.bytes >= 13,
  );
  expect(text).toBe("lengthen /store/lines 13 garbage=7");
});

test("damage that nothing less equals stays, and so does that of whole sectors and files", async () => {
  const bit = "flip /store/lines 0x1.0";
  expect((await shrunk(bit, () => false)).text).toBe(bit);
  for (const whole of ["zero /store/lines@0x0", "remove /store/lines"]) {
    expect(await shrunk(whole, () => true)).toEqual({ text: whole, tries: 0 });
  }
});
