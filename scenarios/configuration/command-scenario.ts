// The scenario of a store that the command line names, with no configuration.
import type { CommandSubject } from "../../harness/command-line/command-subject.ts";
import type { Scenario } from "../../harness/scenario.ts";
import { scenariosOf } from "./configured-scenarios.ts";

/** The scenario's name in results; an artifact is replayed under it. */
const NAME = "command";

/** How often an operation is drawn beside appends, which come in runs. */
const APPEND_WEIGHT = 8;
const OTHER_WEIGHT = 1;

/**
 * Checked as a configuration is; relative paths begin at `folder`.
 * @throws ConfigurationError `invalid`
 */
export function commandScenarios(subject: CommandSubject, folder: string): readonly Scenario[] {
  const { write, recover, promise, mode, options, operations } = subject;
  const weights = Object.fromEntries(
    operations.map((kind) => [kind, kind === "append" ? APPEND_WEIGHT : OTHER_WEIGHT]),
  );
  const scenario = {
    name: NAME,
    title: `${write.join(" ")}, named by the command line`,
    subject: { command: { write, recover }, options },
    mode,
    promise,
    workload: { weights: { append: 0, ...weights } },
  };
  return scenariosOf({ scenarios: [scenario] }, `${folder}/the command line`);
}
