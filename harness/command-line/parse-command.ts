// From the words of a command line to what is to be done.
import { type ParseArgsConfig, parseArgs } from "node:util";
import { type CommandSubject, readCommandSubject } from "./command-subject.ts";
import { COMMANDS, type CommandName, isCommandName } from "./commands.ts";
import { didYouMean } from "./nearest-name.ts";
import {
  parseCount,
  parseDurationMs,
  parseLanguage,
  parseSeed,
  parseShare,
  type StarterLanguage,
} from "./option-value.ts";
import { UsageError } from "./usage-error.ts";

/** What every campaign can be told; `undefined` where it was not. */
interface CampaignFlags {
  readonly seed: number | undefined;
  readonly trials: number | undefined;
  readonly timeMs: number | undefined;
  /** Between 0 and 1. */
  readonly bound: number | undefined;
  readonly concurrency: number | undefined;
  readonly faults: readonly string[];
  readonly requireAll: boolean;
  readonly out: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** A campaign of scenarios that are known by name. */
export interface GateCommand extends CampaignFlags {
  readonly kind: "gate";
  readonly scenarios: readonly string[];
  /** False where the word `gate` was left out, so that the first name may be a mistyped command. */
  readonly spelledOut: boolean;
  readonly mode: string | undefined;
  readonly config: string | undefined;
}

/** A campaign of a store that the command line itself names. */
export interface RunCommand extends CampaignFlags {
  readonly kind: "run";
  readonly subject: CommandSubject;
}

/** Scenarios that are known by name, to be measured. */
export interface MeasureCommand {
  readonly kind: "measure";
  readonly scenarios: readonly string[];
  readonly mode: string | undefined;
  readonly config: string | undefined;
  readonly seed: number | undefined;
  readonly timeMs: number | undefined;
  readonly directory: string | undefined;
  readonly out: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** An artifact, and where the scenario that left it is found. */
export interface ReplayCommand {
  readonly kind: "replay";
  readonly artifact: string;
  readonly config: string | undefined;
  /** Given where `run` left the artifact. */
  readonly subject: CommandSubject | undefined;
}

/** Two saved results. */
export interface CompareCommand {
  readonly kind: "compare";
  readonly base: string;
  readonly head: string;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** A saved result that is rendered again. */
export interface ReportCommand {
  readonly kind: "report";
  readonly path: string;
  /** Beside the result where it is left out. */
  readonly out: string | undefined;
}

export type Command =
  | GateCommand
  | RunCommand
  | MeasureCommand
  | ReplayCommand
  | CompareCommand
  | ReportCommand
  | { readonly kind: "list"; readonly config: string | undefined }
  | { readonly kind: "doctor" }
  | { readonly kind: "init"; readonly folder: string; readonly language: StarterLanguage }
  | { readonly kind: "help"; readonly command?: CommandName }
  | { readonly kind: "version" };

const DEFAULT_OUT = "ackproof-report";

/** @throws UsageError where the words make no command. */
export function parseCommand(words: readonly string[]): Command {
  const [first = ""] = words;
  if (first === "--version" || first === "-v") return { kind: "version" };
  if (first === "--help" || first === "-h" || first === "help") return { kind: "help" };
  const spelledOut = isCommandName(first);
  const name = spelledOut ? first : "gate";
  const given = readWords(name, spelledOut ? words.slice(1) : words);
  if (given.flag("help")) return { kind: "help", command: name };
  return build(name, given, spelledOut);
}

function build(name: CommandName, given: Given, spelledOut: boolean): Command {
  const config = given.text("config");
  switch (name) {
    case "gate":
      return gate(given, spelledOut);
    case "run":
      return run(given);
    case "measure":
      return measure(given);
    case "replay": {
      const artifact = given.positionals[0] ?? "";
      return {
        kind: "replay",
        artifact,
        config,
        subject: readCommandSubject((option) => given.text(option)),
      };
    }
    case "compare": {
      const [base = "", head = ""] = given.positionals;
      return { kind: "compare", base, head, json: given.flag("json"), quiet: given.flag("quiet") };
    }
    case "report":
      return { kind: "report", path: given.positionals[0] ?? "", out: given.text("out") };
    case "list":
      return { kind: "list", config };
    case "doctor":
      return { kind: "doctor" };
    case "init": {
      const [folder = "."] = given.positionals;
      const language = given.read("language", parseLanguage) ?? "javascript";
      return { kind: "init", folder, language };
    }
  }
}

function gate(given: Given, spelledOut: boolean): GateCommand {
  return {
    kind: "gate",
    scenarios: given.positionals,
    spelledOut,
    mode: given.text("mode"),
    config: given.text("config"),
    ...campaignFlags(given),
  };
}

/** @throws UsageError where the commands are missing */
function run(given: Given): RunCommand {
  const subject = readCommandSubject((option) => given.text(option));
  if (subject !== undefined) return { kind: "run", subject, ...campaignFlags(given) };
  throw new UsageError(
    "wrong-arguments",
    `Which store? Usage: ${COMMANDS.run.usage}. "ackproof init" writes one to start from.`,
  );
}

function measure(given: Given): MeasureCommand {
  return {
    kind: "measure",
    scenarios: given.positionals,
    mode: given.text("mode"),
    config: given.text("config"),
    seed: given.read("seed", parseSeed),
    timeMs: given.read("time", parseDurationMs),
    directory: given.text("directory"),
    out: given.text("out") ?? DEFAULT_OUT,
    json: given.flag("json"),
    quiet: given.flag("quiet"),
  };
}

function campaignFlags(given: Given): CampaignFlags {
  return {
    seed: given.read("seed", parseSeed),
    trials: given.read("trials", parseCount),
    timeMs: given.read("time", parseDurationMs),
    bound: given.read("bound", parseShare),
    concurrency: given.read("concurrency", parseCount),
    faults: given.texts("fault"),
    requireAll: given.flag("require-all"),
    out: given.text("out") ?? DEFAULT_OUT,
    json: given.flag("json"),
    quiet: given.flag("quiet"),
  };
}

/** The options and arguments of one command, by name. */
interface Given {
  readonly positionals: readonly string[];
  flag(option: string): boolean;
  texts(option: string): readonly string[];
  text(option: string): string | undefined;
  read<T>(option: string, parse: (option: string, text: string) => T): T | undefined;
}

function readWords(name: CommandName, words: readonly string[]): Given {
  const { values, positionals } = parseWords(name, words);
  const { least, most } = COMMANDS[name].positionals;
  const fits = positionals.length >= least && positionals.length <= most;
  // Who asks for help need not know the arguments.
  if (!fits && values["help"] !== true) {
    throw new UsageError(
      "wrong-arguments",
      `${positionals.length} arguments were given. Usage: ${COMMANDS[name].usage}`,
    );
  }
  const texts = (option: string): string[] =>
    [values[option] ?? []].flat().filter((value) => typeof value === "string");
  const text = (option: string): string | undefined => texts(option).at(-1);
  return {
    positionals,
    flag: (option) => values[option] === true,
    texts,
    text,
    read: (option, parse) => {
      const found = text(option);
      return found === undefined ? undefined : parse(option, found);
    },
  };
}

function parseWords(
  name: CommandName,
  words: readonly string[],
): { values: { [option: string]: unknown }; positionals: string[] } {
  const options: NonNullable<ParseArgsConfig["options"]> = {};
  for (const [option, { kind }] of Object.entries(COMMANDS[name].options)) {
    options[option] = { type: kind === "flag" ? "boolean" : "string", multiple: kind === "texts" };
  }
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw explain(name, words, error);
  }
}

function explain(name: CommandName, words: readonly string[], error: unknown): Error {
  if (!(error instanceof Error)) return new UsageError("wrong-arguments", String(error));
  const known = Object.keys(COMMANDS[name].options).map((option) => `--${option}`);
  const unknown = words
    .map((word) => word.split("=", 1)[0] ?? "")
    .find((word) => word.startsWith("-") && !known.includes(word));
  if ("code" in error && error.code === "ERR_PARSE_ARGS_UNKNOWN_OPTION" && unknown !== undefined) {
    const hint = didYouMean(unknown, known);
    return new UsageError(
      "unknown-option",
      `${name} has no option "${unknown}".${hint} It has: ${known.join(" ")}.`,
    );
  }
  return new UsageError("bad-value", `${error.message} Usage: ${COMMANDS[name].usage}`);
}
