// The command line that repeats a gate.
import { shellWord } from "../shell-word.ts";
import type { GateCommand } from "./parse-command.ts";

/** As it was given, with the seed that was drawn where none was given. */
export function repeatCommand(command: GateCommand, seed: number): string {
  const words = ["npx", "ackproof", "gate", ...command.scenarios, "--seed", String(seed)];
  const add = (option: string, value: number | string | undefined): void => {
    if (value !== undefined) words.push(`--${option}`, String(value));
  };
  add("trials", command.trials);
  add("time", command.timeMs === undefined ? undefined : command.timeMs / 1000);
  add("concurrency", command.concurrency);
  for (const fault of command.faults) add("fault", fault);
  add("mode", command.mode);
  add("config", command.config);
  return words.map(shellWord).join(" ");
}

/** The command that replays an artifact, told with the same configuration. */
export function replayCommand(artifact: string, config: string | undefined): string {
  const words = ["npx", "ackproof", "replay", artifact];
  if (config !== undefined) words.push("--config", config);
  return words.map(shellWord).join(" ");
}
