// Damage made small: fewer flipped bits, fewer bytes cut off or added, as long as it still breaks a promise.
import { type Corruption, imageFiles } from "../disk/corruption.ts";
import type { DiskImage } from "../disk/image.ts";
import { fewestParts } from "../hunt/fewest-parts.ts";

/** Tells whether this damage breaks the promise that the larger one broke. */
export type DamageBreaks = (corruption: Corruption) => Promise<boolean>;

/**
 * The least damage found of the same kind, at the same place. Of bits none can be left out; of bytes
 * one fewer holds. Takes about as many tries as the square of the bits, or as the bytes have binary
 * digits. Damage of whole sectors and files is as small as it gets.
 */
export async function smallestCorruption(
  image: DiskImage,
  corruption: Corruption,
  breaks: DamageBreaks,
): Promise<Corruption> {
  switch (corruption.kind) {
    case "flip": {
      const bits = await fewestParts(
        corruption.bits,
        async (fewer) => fewer.length > 0 && breaks({ ...corruption, bits: fewer }),
      );
      return bits === undefined ? corruption : { ...corruption, bits };
    }
    case "cut": {
      const file = imageFiles(image).find(({ path }) => path === corruption.path);
      const whole = file?.node.size ?? corruption.size;
      const lost = await leastCount(whole - corruption.size, (fewer) =>
        breaks({ ...corruption, size: whole - fewer }),
      );
      return { ...corruption, size: whole - lost };
    }
    case "lengthen": {
      const bytes = await leastCount(corruption.bytes, (fewer) =>
        breaks({ ...corruption, bytes: fewer }),
      );
      return { ...corruption, bytes };
    }
    case "zero":
    case "swap":
    case "misplace":
    case "remove":
      return corruption;
  }
}

/** A count up to `known`, which works, that works itself while one fewer does not. */
async function leastCount(
  known: number,
  works: (count: number) => Promise<boolean>,
): Promise<number> {
  let fails = 0;
  let least = known;
  while (least - fails > 1) {
    const middle = Math.floor((fails + least) / 2);
    if (await works(middle)) least = middle;
    else fails = middle;
  }
  return least;
}
