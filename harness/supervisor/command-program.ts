// The program of a command: looked up before it is started, so that what is missing has a name.
import { accessSync, constants, statSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { errorCode } from "./error-code.ts";
import { SupervisorError } from "./supervisor-error.ts";

/** A program by its path, and its arguments. */
export interface CommandProgram {
  readonly path: string;
  readonly words: readonly string[];
}

const FAULTS: { readonly [code: string]: string } = {
  ENOENT: "does not exist",
  ENOTDIR: "does not exist: a part of its path is no directory",
  EACCES: "is not executable for this user (chmod +x)",
};

/** Most of a command that an error shows, in characters. */
const SHOWN_LIMIT = 120;

/**
 * Finds the program that a command names: by its path from the current directory where that has a
 * slash, else in `searchPath`.
 * @throws SupervisorError `bad-subject`: an error of configuration, never a verdict
 */
export function findProgram(
  role: "write" | "recover",
  command: readonly string[],
  searchPath: string,
): CommandProgram {
  const [program, ...words] = command;
  const shown = JSON.stringify(command.join(" ").slice(0, SHOWN_LIMIT));
  const bad = (why: string): SupervisorError =>
    new SupervisorError("bad-subject", `the ${role} command ${shown} can not be started: ${why}`);
  if (program === undefined || program === "") throw bad("it names no program");
  if (command.some((word) => word.includes("\0"))) throw bad("a word of it holds a zero byte");
  if (program.includes("/")) {
    const path = resolve(program);
    const fault = programFault(path);
    if (fault !== undefined) throw bad(`${path} ${fault}`);
    return { path, words };
  }
  const places = searchPath.split(delimiter).filter((place) => place !== "");
  const found = places
    .map((place) => resolve(place, program))
    .find((path) => programFault(path) === undefined);
  if (found === undefined) throw bad(`no directory of PATH (${searchPath}) has "${program}"`);
  return { path: found, words };
}

/** Why a file can not be run; undefined where it can. */
function programFault(path: string): string | undefined {
  try {
    if (!statSync(path).isFile()) return "is not a file";
    accessSync(path, constants.X_OK);
  } catch (error) {
    return FAULTS[errorCode(error) ?? ""] ?? `can not be looked at (${errorCode(error)})`;
  }
  return undefined;
}
