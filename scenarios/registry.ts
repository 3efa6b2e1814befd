// Every scenario that comes with the package: our log, the stores of the origin, and the planted bugs.
import type { Scenario } from "../harness/scenario.ts";
import { originScenarios } from "./origin-scenarios.ts";
import { plantedScenarios } from "./planted/planted-scenarios.ts";
import { walScenarios } from "./wal-scenarios.ts";

export const scenarios: readonly Scenario[] = [
  ...walScenarios,
  ...originScenarios,
  ...plantedScenarios,
];
