// The help texts, printed from the table of commands.
import { COMMAND_NAMES, COMMANDS, type CommandName } from "./commands.ts";

const EXIT_CODES = [
  "  0    everything held, or done",
  "  1    a promise was broken, or is weaker than it was",
  "  2    usage or configuration",
  "  3    inconclusive, not comparable, or a fault that was asked for cannot run",
  "  4    an error of ackproof's own",
  "  130  interrupted, after saving",
];

/** What `ackproof --help` prints. */
export function overviewText(version: string): string {
  const width = Math.max(...COMMAND_NAMES.map((name) => COMMANDS[name].usage.length));
  return lines([
    `ackproof ${version}: proves that acknowledged means durable`,
    "",
    ...COMMAND_NAMES.map(
      (name) => `  ${COMMANDS[name].usage.padEnd(width)}  ${COMMANDS[name].summary}`,
    ),
    "",
    "  ackproof COMMAND --help    a command's options",
    "  ackproof --version",
    "",
    "Exit codes:",
    ...EXIT_CODES,
  ]);
}

/** What `ackproof COMMAND --help` prints. */
export function commandText(name: CommandName): string {
  const { usage, summary, options, more } = COMMANDS[name];
  const rows = Object.entries(options).map(([option, spec]) => ({
    left: `--${option}${spec.value === undefined ? "" : ` ${spec.value}`}`,
    help: spec.help,
  }));
  const width = Math.max(...rows.map((row) => row.left.length));
  return lines([
    usage,
    "",
    summary,
    "",
    ...rows.map((row) => `  ${row.left.padEnd(width)}  ${row.help}`),
    ...(more.length > 0 ? ["", ...more] : []),
  ]);
}

function lines(texts: readonly string[]): string {
  return `${texts.join("\n")}\n`;
}
