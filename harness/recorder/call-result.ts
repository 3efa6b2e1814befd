// What a system call gave back, as strace prints it behind the arguments.
import { constants } from "node:os";
import type { CallResult } from "./traced-call.ts";

const SPACE = 0x20;
const EQUALS = 0x3d;

/** Names of errors by number; of two names for one number, the first. */
const ERROR_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.errno)
    .map(([name, number]): [number, string] => [number, name])
    .toReversed(),
);

/** A child in a process namespace of its own: its number there, and the one that begins its lines. */
const OUTER_NUMBER = /^ \/\* (\d{1,10}) in strace's PID NS \*\/$/;

/** What strace prints behind all else where it did to a call what it was told to do. */
const TAMPERED = /^(.*?)(?: \((?:INJECTED|DELAYED)\))+$/;

/** Most calls give one of these. */
const SMALL: readonly CallResult[] = Array.from({ length: 256 }, (_, value) => ({
  kind: "value",
  value,
}));
const NOTHING: CallResult = { kind: "none" };

/**
 * Reads `   = 5`, `= 0x8 (flags O_RDWR)`, `= -1 EIO (Input/output error) (INJECTED)`, `= ?`;
 * undefined where it is none of these. An interrupted call gave the error ERESTARTSYS, or its like.
 */
export function readResult(line: Buffer, from: number, end: number): CallResult | undefined {
  let at = from;
  while (at < end && line[at] === SPACE) at += 1;
  if (line[at] !== EQUALS || line[at + 1] !== SPACE) return undefined;
  const small = readSmall(line, at + 2, end);
  if (small !== undefined) return small;
  const text = line.toString("latin1", at + 2, end);
  const [, honest] = TAMPERED.exec(text) ?? [];
  if (honest === undefined) return readText(text);
  const result = readText(honest);
  return result === undefined || result.kind === "none" ? result : { ...result, tampered: true };
}

/** The usual result: one to three digits and nothing behind them. */
function readSmall(line: Buffer, from: number, end: number): CallResult | undefined {
  if (end - from > 3) return undefined;
  let value = 0;
  for (let at = from; at < end; at += 1) {
    const digit = (line[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
  }
  return end === from ? undefined : (SMALL[value] ?? { kind: "value", value });
}

function readText(text: string): CallResult | undefined {
  const word = wordAt(text, 0);
  const rest = text.slice(word.length);
  if (rest !== "" && !rest.startsWith(" ")) return undefined;
  const next = wordAt(rest, 1);
  if (word === "?") {
    if (rest === "" || next === "<unavailable>") return NOTHING;
    return isErrorName(next) ? { kind: "error", code: next } : undefined;
  }
  if (word === "-1") {
    if (isErrorName(next)) return { kind: "error", code: next };
    if (next === "(errno") return errorOf(Number.parseInt(rest.slice(" (errno ".length), 10));
  }
  const value = /^(?:-?\d+|0x[0-9a-f]+)$/.test(word) ? Number(word) : Number.NaN;
  if (!Number.isSafeInteger(value)) return undefined;
  const [, known] = OUTER_NUMBER.exec(rest) ?? [];
  if (known !== undefined) return { kind: "value", value: Number(known) };
  return rest === "" || next.startsWith("(") ? { kind: "value", value } : undefined;
}

function errorOf(number: number): CallResult | undefined {
  if (!Number.isSafeInteger(number)) return undefined;
  return { kind: "error", code: ERROR_NAMES.get(number) ?? `errno ${number}` };
}

function wordAt(text: string, from: number): string {
  const end = text.indexOf(" ", from);
  return text.slice(from, end === -1 ? text.length : end);
}

function isErrorName(word: string): boolean {
  return /^E[A-Z0-9_]+$/.test(word);
}
