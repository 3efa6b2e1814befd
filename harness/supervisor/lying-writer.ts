// The twin that must be convicted: which operations a writer may acknowledge without doing them.
import type { StorePromise } from "../guarantees/guarantee.ts";
import { mostRecords } from "../history/allowance.ts";
import { isKillBarrier } from "../history/settlement.ts";
import type { RandomStream } from "../seed.ts";
import type { Operation, Workload } from "../workload.ts";

/** Operations of one life that are acknowledged and not done, by number. */
export interface Lie {
  readonly life: number;
  readonly from: number;
  readonly through: number;
}

/**
 * Draws a lie that the promise forbids under `kill`: the last acknowledgement makes at least one
 * record a must, and nothing since the last barrier was done, so that record can not be there.
 * Undefined where the workload has no such operation, or the store promises nothing.
 */
export function drawLie(
  workload: Workload,
  promise: StorePromise,
  random: RandomStream,
): Lie | undefined {
  let first = 0;
  for (const [life, operations] of workload.lives.entries()) {
    const lies = liesOfLife(operations, promise).map(({ from, through }) => ({
      life,
      from: first + from,
      through: first + through,
    }));
    if (lies.length > 0) return lies[random.below(lies.length)];
    first += operations.length;
  }
  return undefined;
}

/** All lies of one life, by the operations' places in it. */
function liesOfLife(
  operations: readonly Operation[],
  promise: StorePromise,
): readonly Omit<Lie, "life">[] {
  const lies: Omit<Lie, "life">[] = [];
  let from = 0;
  let atRisk = 0;
  for (const [through, operation] of operations.entries()) {
    const appends = atRisk + (operation.kind === "append" ? 1 : 0);
    const records = operation.kind === "batch" ? operation.sizes.length : 0;
    const barrier = operation.kind !== "append" && isKillBarrier(operation.kind, promise);
    const bounded = appends > mostRecords(promise.kill);
    const binds = barrier ? appends + records > 0 : operation.kind === "append" && bounded;
    // A close can not be pretended, and a truncation allows losses of its own.
    const pretended = operation.kind !== "reopen" && operation.kind !== "truncate";
    if (binds && pretended) lies.push({ from, through });
    const startAgain = barrier || binds || !pretended;
    from = startAgain ? through + 1 : from;
    atRisk = startAgain ? 0 : appends;
  }
  return lies;
}
