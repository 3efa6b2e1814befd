// A store that is named by options alone: two commands, a mode, options and a promise.
import type { StorePromise } from "../guarantees/guarantee.ts";
import { shellWord } from "../shell-word.ts";
import type { Json } from "../subject.ts";
import type { OperationKind } from "../workload.ts";
import { parsePromise } from "./parse-promise.ts";
import { splitWords } from "./split-words.ts";
import { UsageError } from "./usage-error.ts";

/** Operations that a store may have. */
const OPERATIONS: readonly OperationKind[] = [
  "append",
  "batch",
  "checkpoint",
  "sync",
  "truncate",
  "reopen",
];

/** The options that name a store, with their help; `run` has them, and `replay` of what it left. */
export const SUBJECT_OPTIONS = {
  write: { kind: "text", value: "CMD", help: "opens the store, reads operations and answers them" },
  recover: { kind: "text", value: "CMD", help: "opens it as after a crash and prints its values" },
  promise: {
    kind: "text",
    value: "WORDS",
    help: "what it promises: kill=0,power=1000ms,unordered ... (default: it loses nothing)",
  },
  mode: { kind: "text", value: "MODE", help: "given to it as ACKPROOF_MODE (default: default)" },
  options: { kind: "text", value: "JSON", help: "given to it as ACKPROOF_OPTIONS (default: {})" },
  operations: {
    kind: "text",
    value: "KINDS",
    help: "what it can do: append,batch,checkpoint,sync,truncate,reopen (default: append)",
  },
} as const;

/** A store as the command line names it. */
export interface CommandSubject {
  readonly write: readonly string[];
  readonly recover: readonly string[];
  readonly promise: Partial<StorePromise>;
  readonly mode: string;
  readonly options: { readonly [key: string]: Json };
  readonly operations: readonly OperationKind[];
  /** The options as they were given, to repeat them. */
  readonly words: readonly string[];
}

/**
 * Reads the options; undefined where none of them was given.
 * @throws UsageError `bad-value` or `wrong-arguments`
 */
export function readCommandSubject(
  text: (option: string) => string | undefined,
): CommandSubject | undefined {
  const names = Object.keys(SUBJECT_OPTIONS);
  const given = names.flatMap((name) => {
    const value = text(name);
    return value === undefined ? [] : [`--${name}`, value];
  });
  if (given.length === 0) return undefined;
  return {
    write: splitWords("write", required("write", text)),
    recover: splitWords("recover", required("recover", text)),
    promise: read(text("promise"), parsePromise) ?? {},
    mode: text("mode") ?? "default",
    options: read(text("options"), parseOptions) ?? {},
    operations: read(text("operations"), parseOperations) ?? ["append"],
    words: given,
  };
}

function read<T>(value: string | undefined, parse: (value: string) => T): T | undefined {
  return value === undefined ? undefined : parse(value);
}

function required(
  option: "write" | "recover",
  text: (option: string) => string | undefined,
): string {
  const value = text(option);
  if (value !== undefined) return value;
  throw new UsageError(
    "wrong-arguments",
    `--${option} is missing: a store is named by --write CMD and --recover CMD, as in --write ${shellWord("./store write")} --recover ${shellWord("./store recover")}.`,
  );
}

function parseOptions(value: string): { readonly [key: string]: Json } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    parsed = undefined;
  }
  if (isObject(parsed)) return parsed;
  const expected = `a JSON object such as '{"size": 5}'`;
  throw new UsageError("bad-value", `--options: found "${value}", expected ${expected}.`);
}

function isObject(value: unknown): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseOperations(value: string): readonly OperationKind[] {
  const names = value.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !OPERATIONS.some((one) => one === name));
  const kinds = OPERATIONS.filter((kind) => names.includes(kind));
  const writes = kinds.some((kind) => kind === "append" || kind === "batch");
  if (wrong === undefined && writes) return kinds;
  throw new UsageError(
    "bad-value",
    wrong === undefined
      ? `--operations: found "${value}", expected append or batch among them, for something to be written.`
      : `--operations: found "${wrong}", expected some of ${OPERATIONS.join(",")}.`,
  );
}
