// What each life acknowledged, had at risk and lost; and where its crashes fell.
import type { StorePromise } from "../guarantees/guarantee.ts";
import type { LifeRecord, Stratum } from "../trial-record.ts";
import type { Operation } from "../workload.ts";
import { allowanceOf, allowedRecords, faultKind, slackOf } from "./allowance.ts";
import type { LifeLoss } from "./expectation.ts";
import type { CrashPoint, History } from "./history.ts";
import { HistoryError } from "./history-error.ts";
import { readHistory } from "./oracle.ts";

/** The part of a life's record that its history tells. */
export type LifeAccount = Pick<
  LifeRecord,
  "life" | "strata" | "acknowledgedRecords" | "atRiskRecords" | "lostRecords" | "allowedRecords"
>;

/**
 * One account a life that was asked to open the store, in order. `strata` has an entry a crash, one
 * more for a rotation, and "at-risk" once where the life's end put acknowledged records at risk.
 */
export function accountLives(history: History, promise: StorePromise): readonly LifeAccount[] {
  const losses = lossesByLife(history, promise);
  const strata = crashStrata(history);
  return [...strata].map(([life, fell]) => {
    const loss = losses.get(life);
    const atRisk = loss?.atRisk ?? 0;
    return {
      life,
      strata: atRisk > 0 ? [...fell, "at-risk"] : fell,
      acknowledgedRecords: loss?.acknowledged ?? 0,
      atRiskRecords: atRisk,
      lostRecords: loss?.lost ?? 0,
      allowedRecords: loss === undefined ? crashAllowance(history, promise, life) : loss.allowed,
    };
  });
}

/** What the first crash of a life allows that never opened the store; 0 without one. */
function crashAllowance(history: History, promise: StorePromise, life: number): number | null {
  const crash = history.events.find((event) => event.kind === "crash" && event.life === life);
  if (crash?.kind !== "crash") return 0;
  return allowedRecords(slackOf(allowanceOf(promise, faultKind(crash.fault))));
}

/** A history that cannot be read accounts for nothing: its verdict is inconclusive already. */
function lossesByLife(history: History, promise: StorePromise): ReadonlyMap<number, LifeLoss> {
  try {
    const { losses } = readHistory(history, promise);
    return new Map(losses.map((loss) => [loss.life, loss]));
  } catch (error) {
    if (error instanceof HistoryError) {
      return new Map();
    }
    throw error;
  }
}

function crashStrata(history: History): ReadonlyMap<number, readonly Stratum[]> {
  const operations = history.workload.lives.flat();
  const strata = new Map<number, Stratum[]>();
  for (const event of history.events) {
    if (event.kind === "open") {
      strata.set(event.life, []);
    }
    if (event.kind === "crash") {
      strata.get(event.life)?.push(...strataOf(event.point, operations));
    }
  }
  return strata;
}

function strataOf(point: CrashPoint, operations: readonly Operation[]): Stratum[] {
  switch (point.during) {
    case "open":
    case "idle":
    case "recovery":
      return [point.during];
    case "operation": {
      const kind = operations[point.operation]?.kind;
      return [
        ...(kind === undefined ? [] : [kind]),
        ...(point.rotation ? ["rotation" as const] : []),
      ];
    }
  }
}
