// Finds, runs and checks a configuration file.
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { createJiti } from "jiti";
import type { Scenario } from "../../harness/scenario.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { scenariosOf } from "./configured-scenarios.ts";

/** A configuration's file, as it is found by itself. */
export const CONFIGURATION_NAMES: readonly string[] = [
  "ackproof.config.ts",
  "ackproof.config.js",
  "ackproof.config.mjs",
];

export interface ConfigurationPlace {
  /** The folder in which a configuration is looked for. */
  readonly folder: string;
  /** The file that was named, if one was. */
  readonly named: string | undefined;
  /** What `import ... from "ackproof"` means in a configuration. */
  readonly packageEntry: string;
}

/**
 * The scenarios of the configuration, or `undefined` where there is none and none was named.
 * @throws ConfigurationError
 */
export async function loadConfiguration(
  place: ConfigurationPlace,
): Promise<readonly Scenario[] | undefined> {
  const file = findFile(place);
  if (file === undefined) return undefined;
  return scenariosOf(await runFile(file, place.packageEntry), file);
}

function findFile({ folder, named }: ConfigurationPlace): string | undefined {
  if (named === undefined) {
    return CONFIGURATION_NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
  }
  const file = resolve(folder, named);
  if (existsSync(file)) return file;
  throw new ConfigurationError("missing", file, "there is no such file.");
}

async function runFile(file: string, packageEntry: string): Promise<unknown> {
  // A configuration's module is run once, and leaves no cache in the user's folders.
  const jiti = createJiti(import.meta.url, {
    alias: { ackproof: packageEntry },
    fsCache: false,
    moduleCache: false,
  });
  try {
    return await jiti.import(file, { default: true });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError("unreadable", file, `it does not run: ${why}`, { cause });
  }
}
