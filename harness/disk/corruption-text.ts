// Corruptions as text that a person can read and write; parsing inverts printing.
//
//   flip /store/1.wal 0x1f.3 0x20.7                    bit 3 of byte 0x1f, bit 7 of byte 0x20
//   zero /store/1.wal@0x200                            the sector at this offset
//   swap /store/1.wal@0x0 /store/2.wal@0x200
//   misplace /store/1.wal@0x0 /store/2.wal@0x200       the first sector's bytes, over the second
//   cut /store/1.wal 100                               to 100 bytes
//   lengthen /store/1.wal 40 zeros                     by 40 bytes
//   lengthen /store/1.wal 40 garbage=7
//   remove /store/1.wal
//
// Characters of a path that would break this stand as in a URL.
import { type BitPlace, type Corruption, CorruptionError, type SectorPlace } from "./corruption.ts";
import { SECTOR_BYTES } from "./sectors.ts";

/** Prints a corruption. */
export function corruptionText(corruption: Corruption): string {
  const { kind } = corruption;
  switch (kind) {
    case "flip":
      return [kind, pathText(corruption.path), ...corruption.bits.map(bitText)].join(" ");
    case "zero":
      return `${kind} ${placeText(corruption.at)}`;
    case "swap":
      return `${kind} ${placeText(corruption.at)} ${placeText(corruption.other)}`;
    case "misplace":
      return `${kind} ${placeText(corruption.at)} ${placeText(corruption.onto)}`;
    case "cut":
      return `${kind} ${pathText(corruption.path)} ${corruption.size}`;
    case "lengthen": {
      const { filling, path, bytes } = corruption;
      const fill = filling.kind === "zeros" ? "zeros" : `garbage=${filling.seed}`;
      return `${kind} ${pathText(path)} ${bytes} ${fill}`;
    }
    case "remove":
      return `${kind} ${pathText(corruption.path)}`;
  }
}

/**
 * Inverts `corruptionText`.
 * @throws CorruptionError `bad-text`
 */
export function parseCorruption(text: string): Corruption {
  const [kind = "", first = "", ...rest] = text.split(" ");
  const [second = "", third = ""] = rest;
  const parsed = parseKind(kind, first, { rest, second, third });
  if (parsed === undefined || corruptionText(parsed) !== text) throw badText(text);
  return parsed;
}

function parseKind(
  kind: string,
  first: string,
  { rest, second, third }: Words,
): Corruption | undefined {
  switch (kind) {
    case "flip":
      return { kind, path: parsePath(first), bits: rest.map(parseBit) };
    case "zero":
      return { kind, at: parsePlace(first) };
    case "swap":
      return { kind, at: parsePlace(first), other: parsePlace(second) };
    case "misplace":
      return { kind, at: parsePlace(first), onto: parsePlace(second) };
    case "cut":
      return { kind, path: parsePath(first), size: Number(second) };
    case "lengthen": {
      const filling =
        third === "zeros"
          ? ({ kind: "zeros" } as const)
          : ({ kind: "garbage", seed: Number(third.replace("garbage=", "")) } as const);
      return { kind, path: parsePath(first), bytes: Number(second), filling };
    }
    case "remove":
      return { kind, path: parsePath(first) };
    default:
      return undefined;
  }
}

interface Words {
  readonly rest: readonly string[];
  readonly second: string;
  readonly third: string;
}

function pathText(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

function parsePath(text: string): string {
  try {
    return text.split("/").map(decodeURIComponent).join("/");
  } catch (error) {
    throw badText(text, error);
  }
}

function bitText({ offset, bit }: BitPlace): string {
  return `0x${offset.toString(16)}.${bit}`;
}

function parseBit(text: string): BitPlace {
  const [offset = "", bit = ""] = text.split(".");
  return { offset: Number(offset), bit: Number(bit) };
}

function placeText({ path, sector }: SectorPlace): string {
  return `${pathText(path)}@0x${(sector * SECTOR_BYTES).toString(16)}`;
}

function parsePlace(text: string): SectorPlace {
  const [path = "", offset = ""] = text.split("@");
  return { path: parsePath(path), sector: Math.floor(Number(offset) / SECTOR_BYTES) };
}

function badText(text: string, cause?: unknown): CorruptionError {
  return new CorruptionError("bad-text", `not a corruption: "${text.slice(0, 80)}"`, { cause });
}
