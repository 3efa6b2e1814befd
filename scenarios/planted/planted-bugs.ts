// All planted bugs: what a harness must be able to convict.
import { appendBugs } from "./append-bugs.ts";
import { batchBugs } from "./batch-bugs.ts";
import { checkingBugs } from "./checking-bugs.ts";
import { corruptionBugs } from "./corruption-bugs.ts";
import { groupBugs } from "./group-bugs.ts";
import { ioBugs } from "./io-bugs.ts";
import { nameBugs } from "./name-bugs.ts";
import type { PlantedBug } from "./planted-bug.ts";
import { recoveryBugs } from "./recovery-bugs.ts";
import { repairBugs } from "./repair-bugs.ts";
import { segmentBugs } from "./segment-bugs.ts";
import { syncBugs } from "./sync-bugs.ts";

export const plantedBugs: readonly PlantedBug[] = [
  ...appendBugs,
  ...batchBugs,
  ...segmentBugs,
  ...recoveryBugs,
  ...checkingBugs,
  ...syncBugs,
  ...nameBugs,
  ...repairBugs,
  ...corruptionBugs,
  ...ioBugs,
  ...groupBugs,
];
