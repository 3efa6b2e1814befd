// A scenario for each planted bug: never part of the gate, red when it is named.
import type { Scenario } from "../../harness/scenario.ts";
import { walScenario } from "../wal-scenarios.ts";
import type { PlantedBug } from "./planted-bug.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { plantedSubjectName } from "./planted-subject.ts";

/** A bug that a kill cannot see says so, lest somebody take its green for a defect of the harness. */
function titleOf({ summary, convictedBy }: PlantedBug): string {
  return convictedBy.kind === "kill" ? summary : `${summary} (A kill cannot see it.)`;
}

export const plantedScenarios: readonly Scenario[] = plantedBugs.map((bug) => ({
  ...walScenario(bug.mode),
  name: `planted/${bug.name}`,
  title: titleOf(bug),
  subject: { module: plantedSubjectName(bug.name) },
  inGate: false,
}));
