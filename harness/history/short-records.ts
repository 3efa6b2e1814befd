// Records without a name: which ones they are, told by their place between named neighbours.
//
// A record shorter than its tag (an empty one, say) looks like others. Between two named records
// there may be several ways to say which ones were found. A store is convicted only where every way
// breaks a promise, so the way with the fewest breaches is taken; among equal ones the way whose
// LSNs are those acknowledged, each of its own record, then the way that finds the earliest records.
import { HistoryError } from "./history-error.ts";
import {
  BREACH,
  type Candidate,
  type Gap,
  START,
  STATES,
  type State,
  type Stepper,
  stepper,
  TAKEN,
} from "./run-steps.ts";

/** A found value that does not name itself. */
export interface ShortFound {
  readonly content: string;
  readonly lsn?: number;
}

/** Cells of the table: a thousand nameless records at risk, where a few are usual. */
const CELLS_MAX = 4_000_000;

/**
 * The index in the log of each nameless record, in the order found; undefined for one that nothing
 * explains.
 * @throws HistoryError TOO_AMBIGUOUS where the table would grow too large.
 */
export function placeShortRecords(
  gap: Gap,
  found: readonly ShortFound[],
): readonly (number | undefined)[] {
  const head = matchHead(gap, found);
  const tail = matchTail(gap, found, head);
  const middle = found.slice(head, found.length - tail);
  const inner = { ...gap, before: gap.before + head, after: gap.after - tail };
  return [
    ...found.slice(0, head).map((_, offset) => gap.before + 1 + offset),
    ...(middle.length === 0 ? [] : cheapestWay(inner, middle)),
    ...found.slice(found.length - tail).map((_, offset) => gap.after - tail + offset),
  ];
}

/** Records that must be there come first in every way that breaks nothing. */
function matchHead(gap: Gap, found: readonly ShortFound[]): number {
  let count = 0;
  for (let index = gap.before + 1; index < gap.after && count < found.length; index += 1) {
    const candidate = gap.log[index];
    const truncatable = (candidate?.record.invokedAt ?? 0) < gap.truncatedBefore;
    if (truncatable || !isRequired(candidate, found[count])) {
      break;
    }
    count += 1;
  }
  return count;
}

/** The same from the end, where something before was found and so nothing is cut by truncation. */
function matchTail(gap: Gap, found: readonly ShortFound[], head: number): number {
  let count = 0;
  const first = gap.before + head;
  for (let index = gap.after - 1; index > first && count < found.length - head; index -= 1) {
    if (!isRequired(gap.log[index], found[found.length - 1 - count])) {
      break;
    }
    count += 1;
  }
  return count;
}

function isRequired(candidate: Candidate | undefined, found: ShortFound | undefined): boolean {
  return candidate?.standing.kind === "must" && candidate.record.short === found?.content;
}

/** The least price from each (candidate, found value, state) to the end, then a walk along it. */
function cheapestWay(gap: Gap, found: readonly ShortFound[]): readonly (number | undefined)[] {
  const rows = gap.after - gap.before;
  const columns = found.length + 1;
  if (rows * columns * STATES.length > CELLS_MAX) {
    throw new HistoryError(
      "TOO_AMBIGUOUS",
      `${found.length} records without a name among ${rows - 1} that they could be`,
    );
  }
  return new Table(gap, found).walk();
}

/** Before this candidate and this found value, with the run in this state. */
interface At {
  readonly index: number;
  readonly column: number;
  readonly state: State;
}

/** Prices, filled from the end. */
class Table {
  readonly #gap: Gap;
  readonly #found: readonly ShortFound[];
  readonly #columns: number;
  readonly #prices: Float64Array;
  /** The LSNs whose records are known. */
  readonly #owned: ReadonlySet<number | undefined>;
  readonly #step: Stepper;

  constructor(gap: Gap, found: readonly ShortFound[]) {
    this.#gap = gap;
    this.#found = found;
    this.#columns = found.length + 1;
    this.#step = stepper(gap);
    this.#owned = new Set(gap.log.map(({ record }) => record.lsn));
    this.#prices = new Float64Array((gap.after - gap.before) * this.#columns * STATES.length);
    for (let index = gap.after; index > gap.before; index -= 1) {
      for (let column = found.length; column >= 0; column -= 1) {
        for (const state of STATES) {
          this.#prices[this.#cell(index, column, state)] = this.#best({ index, column, state });
        }
      }
    }
  }

  /** Takes a record wherever that is as cheap as leaving it, so that the earliest are found. */
  walk(): readonly (number | undefined)[] {
    const ways: (number | undefined)[] = [];
    let at: At = {
      index: this.#gap.before + 1,
      column: 0,
      state: this.#gap.before < 0 ? START : TAKEN,
    };
    while (at.column < this.#found.length) {
      const { index, column } = at;
      if (index === this.#gap.after) {
        ways.push(undefined);
        at = { ...at, column: column + 1 };
        continue;
      }
      const price = this.#price(at);
      if (this.#taken(at) === price) {
        ways.push(index);
        at = { index: index + 1, column: column + 1, state: TAKEN };
      } else if (this.#left(at) === price) {
        at = { index: index + 1, column, state: this.#step(index, at.state, false).state };
      } else {
        ways.push(undefined);
        at = { ...at, column: column + 1 };
      }
    }
    return ways;
  }

  #cell(index: number, column: number, state: State): number {
    const row = index - this.#gap.before - 1;
    return (row * this.#columns + column) * STATES.length + state;
  }

  #price(at: At): number {
    return this.#prices[this.#cell(at.index, at.column, at.state)] ?? 0;
  }

  #best(at: At): number {
    if (at.index === this.#gap.after) {
      const unplaced = (this.#found.length - at.column) * BREACH;
      const { log, after } = this.#gap;
      return unplaced + (after < log.length ? this.#step(after, at.state, true).cost : 0);
    }
    return Math.min(this.#taken(at), this.#left(at), this.#unplaced(at));
  }

  /** The candidate is the found value. */
  #taken(at: At): number {
    const found = this.#found[at.column];
    const candidate = this.#gap.log[at.index];
    if (found === undefined || candidate?.record.short !== found.content) {
      return Infinity;
    }
    const { lsn } = candidate.record;
    // An unanswered record has any LSN but one that is another record's.
    const isOther = lsn === undefined ? isKnown(found.lsn, this.#owned) : lsn !== found.lsn;
    const { state, cost } = this.#step(at.index, at.state, true);
    return (
      (isOther ? 1 : 0) + cost + this.#price({ index: at.index + 1, column: at.column + 1, state })
    );
  }

  /** The candidate was not found. */
  #left(at: At): number {
    const { state, cost } = this.#step(at.index, at.state, false);
    return cost + this.#price({ index: at.index + 1, column: at.column, state });
  }

  /** The found value is no record of ours. */
  #unplaced(at: At): number {
    return at.column < this.#found.length
      ? BREACH + this.#price({ ...at, column: at.column + 1 })
      : Infinity;
  }
}

function isKnown(lsn: number | undefined, owned: ReadonlySet<number | undefined>): boolean {
  return lsn !== undefined && owned.has(lsn);
}
