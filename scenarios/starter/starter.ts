// What `ackproof init` writes: a configuration, a store to start from, and a CI job.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { StarterLanguage } from "../../harness/command-line/option-value.ts";
import { UsageError } from "../../harness/command-line/usage-error.ts";
import { CONFIGURATION_NAMES } from "../configuration/load-configuration.ts";
import { WORKFLOW } from "./workflow.ts";

/** Where the package has the stores that a starter begins with. */
const SUBJECTS = join("scenarios", "subjects");
const CONFIGURATION = "ackproof.config.mjs";
const WORKFLOW_PATH = join(".github", "workflows", "ackproof.yml");

/** The store's file, and what a configuration says of it. */
const STORES: {
  readonly [L in StarterLanguage]: { readonly file: string; readonly subject: string };
} = {
  javascript: {
    file: "journal.mjs",
    subject: `{ module: "./journal.mjs", export: "journal" }`,
  },
  python: {
    file: "journal.py",
    subject: `{
        command: {
          write: ["python3", "./journal.py", "write"],
          recover: ["python3", "./journal.py", "recover"],
        },
      }`,
  },
};

/** What a starter is made of. */
export interface StarterRequest {
  readonly folder: string;
  readonly language: StarterLanguage;
  /** The folder of this package. */
  readonly packageRoot: string;
}

/**
 * Writes the files and returns their paths from the folder, which is made where it is missing.
 * @throws UsageError `already-there`, before anything is written: a file is never replaced
 */
export function writeStarter({ folder, language, packageRoot }: StarterRequest): readonly string[] {
  const { file, subject } = STORES[language];
  const store = readFileSync(join(packageRoot, SUBJECTS, file), "utf8");
  const files = [
    { path: CONFIGURATION, content: configurationText(subject) },
    { path: file, content: store },
    { path: WORKFLOW_PATH, content: WORKFLOW },
  ];
  const paths = files.map(({ path }) => path);
  const there = [...CONFIGURATION_NAMES, ...paths].find((path) => existsSync(join(folder, path)));
  if (there !== undefined) {
    throw new UsageError(
      "already-there",
      `${join(folder, there)} is there already, and init replaces no file: nothing was written. Name another folder, as in: ackproof init durability`,
    );
  }
  for (const { path, content } of files) {
    const to = join(folder, path);
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, content, { flag: "wx" });
  }
  return paths;
}

/** What there is to do next, for the terminal. */
export function starterText({ folder, language, packageRoot }: StarterRequest): string {
  const { file } = STORES[language];
  const enter = folder === "." ? [] : [`  cd ${folder}`];
  return [
    `wrote ${writtenText(folder, [CONFIGURATION, file, WORKFLOW_PATH])}`,
    "",
    "next:",
    ...enter,
    `  npm install --save-dev ${packageRoot}`,
    "  npx ackproof gate --trials 50    # the journal holds: exit 0",
    "",
    `Then put your own store in the place of ${file}, and say in ${CONFIGURATION}`,
    "what it promises. The CI job runs the same gate; it runs from the repository's root.",
    "",
  ].join("\n");
}

function writtenText(folder: string, paths: readonly string[]): string {
  return paths.map((path) => join(folder, path)).join(", ");
}

function configurationText(subject: string): string {
  return `// What ackproof tests here: stores, what they promise, and what is done to them.
import { defineConfig } from "ackproof";

export default defineConfig({
  scenarios: [
    {
      name: "journal",
      subject: ${subject},
      mode: "sync",
      promise: {
        // Nothing that was acknowledged is lost, whether the process dies or the power fails.
        kill: { records: 0 },
        power: { records: 0 },
        ordered: true,
        batchesAtomic: true,
      },
      // Operations that the store has, by how often they are drawn.
      workload: { weights: { append: 8, batch: 1, sync: 1 } },
    },
  ],
});
`;
}
