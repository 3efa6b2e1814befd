// Random bytes, as a device may have in space that nobody wrote.
import { stream } from "../seed.ts";
import { SECTOR_BYTES } from "./sectors.ts";

/** The garbage of a sector: the same for the same seed and offset in bytes. */
export function garbageSector(seed: number, offset: number): Uint8Array {
  const random = stream(seed, `garbage ${offset}`);
  const words = Uint32Array.from({ length: SECTOR_BYTES / 4 }, () => random.nextUint32());
  return new Uint8Array(words.buffer);
}
