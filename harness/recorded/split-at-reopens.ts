// The processes of one life of a command: a reopen ends one, and the next begins behind it.
import { firstOperation, type Operation, type Workload } from "../workload.ts";

/** What one process is asked. */
export interface LifePart {
  readonly operations: readonly Operation[];
  readonly first: number;
  /** The reopen that ends it; the last has none. */
  readonly reopen?: number;
}

/** At least one. */
export function splitAtReopens(workload: Workload, life: number): readonly LifePart[] {
  const parts: LifePart[] = [];
  let first = firstOperation(workload, life);
  let operations: Operation[] = [];
  for (const operation of workload.lives[life] ?? []) {
    if (operation.kind !== "reopen") {
      operations.push(operation);
      continue;
    }
    const reopen = first + operations.length;
    parts.push({ operations, first, reopen });
    first = reopen + 1;
    operations = [];
  }
  return [...parts, { operations, first }];
}
