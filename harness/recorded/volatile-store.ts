// Volatile files of a recorded store: a power cut leaves them absent, empty, and as they were.
import { copyFileSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { volatileFiles } from "../recorder/volatile-files.ts";

/** In what state they are left. */
export type VolatileState = "absent" | "empty" | "as-they-were";

const EVERY_STATE: readonly VolatileState[] = ["absent", "empty", "as-they-were"];

/** The volatile files that a program left in its directory. */
export class VolatileStore {
  /** What a power cut may leave; one, where there are no such files. */
  readonly states: readonly VolatileState[];
  readonly #directory: string;
  readonly #paths: readonly string[];

  constructor(directory: string, patterns: readonly string[]) {
    const isVolatile = volatileFiles(patterns);
    this.#directory = directory;
    this.#paths =
      patterns.length === 0
        ? []
        : readdirSync(directory, { recursive: true, encoding: "utf8" }).filter(
            (path) => isVolatile(path) && lstatSync(join(directory, path)).isFile(),
          );
    this.states = this.#paths.length === 0 ? ["absent"] : EVERY_STATE;
  }

  /** Puts them into another directory of the store. */
  place(state: VolatileState, to: string): void {
    if (state === "absent") return;
    for (const path of this.#paths) {
      const target = join(to, path);
      mkdirSync(dirname(target), { recursive: true });
      if (state === "empty") writeFileSync(target, "");
      else copyFileSync(join(this.#directory, path), target);
    }
  }
}
