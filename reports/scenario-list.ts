// What `ackproof list` prints.
import { escapeText } from "./escape-text.ts";
import type { Paint } from "./paint.ts";

const NAME_LIMIT = 60;
const TITLE_LIMIT = 120;

/** A scenario as far as it is listed. */
export interface ListedScenario {
  readonly name: string;
  readonly title: string;
  readonly inGate: boolean;
}

/** Those that the gate runs by itself first, then the faults; the text ends with a line break. */
export function renderScenarioList(
  scenarios: readonly ListedScenario[],
  faults: readonly string[],
  paint: Paint,
): string {
  const width = Math.max(...scenarios.map(({ name }) => Math.min(name.length, NAME_LIMIT)));
  const rows = (inGate: boolean): string[] =>
    scenarios
      .filter((scenario) => scenario.inGate === inGate)
      .map(({ name, title }) => {
        const shown = escapeText(name, NAME_LIMIT).padEnd(width);
        return `  ${shown}  ${escapeText(title, TITLE_LIMIT)}`;
      });
  const section = (head: string, lines: readonly string[]): string[] =>
    lines.length === 0 ? [] : [paint.strong(head), ...lines];
  return `${[
    ...section("run by the gate:", rows(true)),
    ...section("run when named:", rows(false)),
    ...section("faults, for --fault:", kinds(faults)),
  ].join("\n")}\n`;
}

/** A line a kind: `corrupt, corrupt:flip, corrupt:zero`. */
function kinds(faults: readonly string[]): readonly string[] {
  const heads = [...new Set(faults.map((fault) => fault.split(":")[0]))];
  return heads.map(
    (head) => `  ${faults.filter((fault) => fault.split(":")[0] === head).join(", ")}`,
  );
}
