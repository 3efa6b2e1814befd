// Which scenarios the names on a command line stand for.
import type { Scenario } from "../scenario.ts";
import { didYouMean } from "./nearest-name.ts";
import { UsageError } from "./usage-error.ts";

export interface ScenarioChoice {
  /** Names or beginnings of names; none for all that a gate runs. */
  readonly names: readonly string[];
  /** Only scenarios of this sync mode, where one is given. */
  readonly mode: string | undefined;
  /** Further words that a mistyped name may have been meant to be. */
  readonly otherWords: readonly string[];
}

/**
 * The chosen scenarios, in the order of `known`, each once. A name in full wins over beginnings,
 * and a beginning stands for gate scenarios before it stands for any others.
 * @throws UsageError `unknown-scenario` or `unknown-mode`.
 */
export function chooseScenarios(
  known: readonly Scenario[],
  choice: ScenarioChoice,
): readonly Scenario[] {
  const { names, mode } = choice;
  const named =
    names.length === 0
      ? known.filter((scenario) => scenario.inGate)
      : names.flatMap((name) => meant(known, name, choice.otherWords));
  const chosen = known.filter((scenario) => named.includes(scenario));
  if (mode === undefined) return chosen;
  const ofMode = chosen.filter((scenario) => scenario.mode === mode);
  if (ofMode.length === 0) throw unknownMode(mode, chosen);
  return ofMode;
}

function meant(
  known: readonly Scenario[],
  name: string,
  otherWords: readonly string[],
): readonly Scenario[] {
  const exact = known.filter((scenario) => scenario.name === name);
  if (exact.length > 0) return exact;
  const begun = known.filter((scenario) => name !== "" && scenario.name.startsWith(name));
  const inGate = begun.filter((scenario) => scenario.inGate);
  if (inGate.length > 0) return inGate;
  if (begun.length > 0) return begun;
  const names = known.map((scenario) => scenario.name);
  throw new UsageError(
    "unknown-scenario",
    `There is no scenario "${name}".${didYouMean(name, [...names, ...otherWords])} "ackproof list" shows them.`,
  );
}

function unknownMode(mode: string, chosen: readonly Scenario[]): UsageError {
  const modes = [...new Set(chosen.map((scenario) => scenario.mode))];
  return new UsageError(
    "unknown-mode",
    `No chosen scenario has the mode "${mode}".${didYouMean(mode, modes)} Modes: ${modes.join(", ")}.`,
  );
}
