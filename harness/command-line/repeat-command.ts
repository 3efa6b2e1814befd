// The command lines that repeat a campaign and replay what it left.
import { shellWord } from "../shell-word.ts";
import type { GateCommand, MeasureCommand, RunCommand } from "./parse-command.ts";

/** As it was given, with the seed that was drawn where none was given. */
export function repeatCommand(command: GateCommand | RunCommand, seed: number): string {
  const named = command.kind === "gate" ? command.scenarios : command.subject.words;
  const words = ["npx", "ackproof", command.kind, ...named, "--seed", String(seed)];
  const add = (option: string, value: number | string | undefined): void => {
    if (value !== undefined) words.push(`--${option}`, String(value));
  };
  add("trials", command.trials);
  add("time", command.timeMs === undefined ? undefined : command.timeMs / 1000);
  add("bound", command.bound);
  add("concurrency", command.concurrency);
  for (const fault of command.faults) add("fault", fault);
  if (command.kind === "gate") {
    add("mode", command.mode);
    add("config", command.config);
  }
  return words.map(shellWord).join(" ");
}

/** The same of a measurement: numbers differ from run to run, kills are drawn alike. */
export function measureCommand(command: MeasureCommand, seed: number): string {
  const words = ["npx", "ackproof", "measure", ...command.scenarios, "--seed", String(seed)];
  const add = (option: string, value: number | string | undefined): void => {
    if (value !== undefined) words.push(`--${option}`, String(value));
  };
  add("time", command.timeMs === undefined ? undefined : command.timeMs / 1000);
  add("mode", command.mode);
  add("config", command.config);
  add("directory", command.directory);
  return words.map(shellWord).join(" ");
}

/** The command that replays an artifact, told with the same configuration or the same store. */
export function replayCommand(artifact: string, command: GateCommand | RunCommand): string {
  const words = ["npx", "ackproof", "replay", artifact];
  if (command.kind === "run") words.push(...command.subject.words);
  else if (command.config !== undefined) words.push("--config", command.config);
  return words.map(shellWord).join(" ");
}
