// The commands and their options: one table that is parsed by, and that `--help` prints.
import { SUBJECT_OPTIONS } from "./command-subject.ts";

type OptionKind = "number" | "seed" | "duration" | "share" | "text" | "texts" | "flag";

interface OptionSpec {
  readonly kind: OptionKind;
  /** What stands for the value in the help text. */
  readonly value?: string;
  readonly help: string;
}

export interface CommandSpec {
  readonly usage: string;
  readonly summary: string;
  /** How many arguments it takes that are no options. */
  readonly positionals: { readonly least: number; readonly most: number };
  readonly options: { readonly [name: string]: OptionSpec };
  /** Lines below the options in the command's help. */
  readonly more: readonly string[];
}

export type CommandName =
  | "gate"
  | "run"
  | "measure"
  | "replay"
  | "report"
  | "compare"
  | "list"
  | "doctor"
  | "init";

const CONFIG: OptionSpec = {
  kind: "text",
  value: "FILE",
  help: "the configuration (ackproof.config.ts, .js or .mjs is found by itself)",
};
const HELP: OptionSpec = { kind: "flag", help: "this text" };

/** Scenarios named at once; more is a mistake of the shell's. */
const SCENARIOS_AT_MOST = 1000;

/** What every command has that runs trials. */
const CAMPAIGN: { readonly [name: string]: OptionSpec } = {
  seed: { kind: "seed", value: "N", help: "the campaign's seed, 0 to 4294967295 (else drawn)" },
  trials: { kind: "number", value: "N", help: "trials for each scenario and fault" },
  time: { kind: "duration", value: "T", help: "time for all of them: 45, 45s, 2m (default 42s)" },
  bound: {
    kind: "share",
    value: "P",
    help: "end a row of kills at this exact 95 % bound: 1%, 0.01",
  },
  concurrency: { kind: "number", value: "N", help: "trials at once (default: cores + 1)" },
  fault: { kind: "texts", value: "FAULT", help: "strike with this fault; may be given again" },
  "require-all": { kind: "flag", help: "exit 3 where a fault cannot run here" },
  out: { kind: "text", value: "DIR", help: "the report's directory (default ackproof-report)" },
  json: { kind: "flag", help: "print result.json in place of the table" },
  quiet: { kind: "flag", help: "no progress; print only what did not hold, and the verdict" },
};

/** Every command there is. */
export const COMMANDS: { readonly [C in CommandName]: CommandSpec } = {
  gate: {
    usage: "ackproof [gate] [scenario...] [options]",
    summary: "run the scenarios and end with their verdict (the default)",
    positionals: { least: 0, most: SCENARIOS_AT_MOST },
    options: {
      ...CAMPAIGN,
      mode: { kind: "text", value: "MODE", help: "only scenarios of this sync mode" },
      config: CONFIG,
      help: HELP,
    },
    more: [
      "A scenario is named in full (wal/sync) or by what it begins with (wal).",
      "Planted bugs run when they are named (planted/no-checksum).",
      "Without --trials a scenario needs 60 crashes that struck to be called held; without --time",
      "  too, one that lacks some may take twice its share of the 42 seconds.",
    ],
  },
  run: {
    usage: "ackproof run --write CMD --recover CMD",
    summary: "test any program that reads and prints lines",
    positionals: { least: 0, most: 0 },
    options: { ...SUBJECT_OPTIONS, ...CAMPAIGN, help: HELP },
    more: [
      "docs/subject-protocol.md has the lines that the program reads and prints.",
      "No shell reads CMD: quotes and backslashes are understood, nothing else is.",
      "WORDS: kill=0 power=0 io-error=0 (records, 1000ms, or since-barrier), ordered or unordered,",
      "  batches or torn-batches, barriers=batch+sync+close, lsns, limit=BYTES, concurrency=8,",
      "  profile=posix or ext4; with a comma between them.",
      "Without --fault it is killed, and its power is cut where that can be done.",
    ],
  },
  measure: {
    usage: "ackproof measure [scenario...]",
    summary: "latencies, fsyncs and risk windows of the sync modes",
    positionals: { least: 0, most: SCENARIOS_AT_MOST },
    options: {
      seed: { kind: "seed", value: "N", help: "payloads and kills are drawn from it (else drawn)" },
      time: { kind: "duration", value: "T", help: "for all settings: 45s, 5m (default 100s)" },
      directory: {
        kind: "text",
        value: "DIR",
        help: "on the disk that is measured (default the temporary folder)",
      },
      mode: { kind: "text", value: "MODE", help: "only scenarios of this sync mode" },
      config: CONFIG,
      out: { kind: "text", value: "DIR", help: "the report's directory (default ackproof-report)" },
      json: { kind: "flag", help: "print result.json in place of the tables" },
      quiet: { kind: "flag", help: "no progress and no tables" },
      help: HELP,
    },
    more: [
      "Of our log's modes each option is swept; of any other scenario the record size.",
      "A directory in memory (tmpfs) is refused: a sync costs nothing there.",
      "docs/measurement-columns.md describes the CSV files in the report's folder measurement/.",
    ],
  },
  replay: {
    usage: "ackproof replay ARTIFACT [options]",
    summary: "recover a violation's disk again, judge it, tell it step by step",
    positionals: { least: 1, most: 1 },
    options: { config: CONFIG, ...SUBJECT_OPTIONS, help: HELP },
    more: [
      "ARTIFACT is a folder of the report: ackproof-report/violations/<id>.",
      "What `run` left needs the same --write and --recover: an artifact runs no command of its own.",
      "Exits 1 where the promise breaks again, 0 where it now holds.",
    ],
  },
  compare: {
    usage: "ackproof compare BASE HEAD [options]",
    summary: "what got weaker from one result to another, and how surely",
    positionals: { least: 2, most: 2 },
    options: {
      json: { kind: "flag", help: "print the comparison as JSON in place of the table" },
      quiet: { kind: "flag", help: "print only what is not the same, and the outcome" },
      help: HELP,
    },
    more: [
      "BASE and HEAD are report directories, or the result.json in them. Exits 1 where HEAD is weaker:",
      "  a verdict became violated; a row that held is no longer run, or nothing is promised there now;",
      "  a guarantee that was judged is no longer applicable; what a crash may lose grew, or has no number",
      "  any more; an exact risk window of a mode with a number grew.",
      "Exits 3 where that cannot be said: a result is not complete, a row is inconclusive in HEAD or could",
      "  not run there. Else 0: losses within the allowance and latencies that differ are told, with a test,",
      "  and never exit 1. Latencies are compared only between machines that are alike.",
      "Tests are corrected together (Holm), and a difference below a floor is noise: docs/compare.md.",
    ],
  },
  report: {
    usage: "ackproof report RESULT [options]",
    summary: "render a saved result again, without running anything",
    positionals: { least: 1, most: 1 },
    options: {
      out: { kind: "text", value: "DIR", help: "where the files go (default: beside the result)" },
      help: HELP,
    },
    more: [
      "RESULT is a result.json, or the directory of a report.",
      "Prints the table and writes what a campaign renders (docs/reports.md has the files).",
      "Exits as the saved verdict: 0 held, 1 violated, 3 inconclusive or interrupted.",
    ],
  },
  list: {
    usage: "ackproof list [options]",
    summary: "the scenarios",
    positionals: { least: 0, most: 0 },
    options: { config: CONFIG, help: HELP },
    more: [],
  },
  doctor: {
    usage: "ackproof doctor",
    summary: "which faults can run here, and why not",
    positionals: { least: 0, most: 0 },
    options: { help: HELP },
    more: [],
  },
  init: {
    usage: "ackproof init [FOLDER] [options]",
    summary: "write a configuration, a store to start from, and a CI job",
    positionals: { least: 0, most: 1 },
    options: {
      language: { kind: "text", value: "NAME", help: "javascript (default) or python" },
      help: HELP,
    },
    more: ["FOLDER is this one where it is left out. What is there already is never written over."],
  },
};

export const COMMAND_NAMES: readonly CommandName[] = [
  "gate",
  "run",
  "measure",
  "replay",
  "compare",
  "report",
  "list",
  "doctor",
  "init",
];

/** Whether a word is a command's name. */
export function isCommandName(word: string): word is CommandName {
  return COMMAND_NAMES.some((name) => name === word);
}
