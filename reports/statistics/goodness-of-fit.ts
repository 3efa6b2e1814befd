// Whether counts follow a law that was known before them: Pearson's chi-square, or its simulation where counts are few.
import type { RandomStream } from "../../harness/seed.ts";
import { chiSquareAbove } from "./special-functions.ts";

/** What the test came to. */
export interface FitTest {
  /** `impossible`: something was seen that has no chance under the law. */
  readonly method: "chi-square" | "simulated" | "impossible";
  readonly statistic: number;
  /** Cells less one; of a simulation, which needs none, too. */
  readonly degreesOfFreedom: number;
  /** How rarely counts that follow the law lie as far from it. */
  readonly pValue: number;
  /** Outcomes that were put together so that each cell expects enough. */
  readonly cells: number;
}

/** W. G. Cochran, Biometrics 10 (1954): the law of chi-square needs about five expected in a cell. */
const EXPECTED_MIN = 5;
/** With fewer cells than this (or outcomes, where there are fewer) too much would be hidden by pooling. */
const CELLS_MIN = 5;
const SIMULATIONS = 9999;

/**
 * Tests counts against chances, outcome by outcome. It assumes that the counted events are independent and that
 * the law was not fitted to them. Neighbouring outcomes are pooled until each cell expects five; where that
 * leaves too few cells the statistic of the unpooled outcomes is held against simulated counts, drawn from
 * `random` (p = (1 + as far) / (1 + drawn), Davison and Hinkley, Bootstrap Methods, 1997, section 4.2).
 * @param observed how often outcome 0, 1, ... was seen; more outcomes than the law has are impossible ones
 * @throws RangeError where the law's chances do not add up to 1, or nothing was counted
 */
export function fitTest(
  observed: readonly number[],
  law: readonly number[],
  random: RandomStream,
): FitTest {
  const total = sum(observed);
  if (Math.abs(sum(law) - 1) > 1e-9 || total < 1) {
    throw new RangeError(`${total} counts, and chances that add up to ${sum(law)}`);
  }
  const outcomes = law.map((chance, index) => ({ chance, seen: observed[index] ?? 0 }));
  const possible = outcomes.filter(({ chance }) => chance > 0);
  if (sum(possible.map(({ seen }) => seen)) < total) {
    const degreesOfFreedom = possible.length - 1;
    const statistic = Infinity;
    return {
      method: "impossible",
      statistic,
      degreesOfFreedom,
      pValue: 0,
      cells: possible.length,
    };
  }
  const pooled = pool(possible, total);
  const enough = pooled.length >= Math.min(CELLS_MIN, possible.length);
  return enough ? pearson(pooled, total) : simulate(possible, total, random);
}

interface Cell {
  readonly chance: number;
  readonly seen: number;
}

function pool(outcomes: readonly Cell[], total: number): Cell[] {
  const cells: Cell[] = [];
  let open: Cell = { chance: 0, seen: 0 };
  for (const { chance, seen } of outcomes) {
    open = { chance: open.chance + chance, seen: open.seen + seen };
    if (open.chance * total < EXPECTED_MIN) continue;
    cells.push(open);
    open = { chance: 0, seen: 0 };
  }
  const last = cells.pop();
  // What is left at the end expects too little: it joins the cell before it.
  return [
    ...cells,
    { chance: (last?.chance ?? 0) + open.chance, seen: (last?.seen ?? 0) + open.seen },
  ];
}

function pearson(cells: readonly Cell[], total: number): FitTest {
  const statistic = distance(cells, total);
  const degreesOfFreedom = cells.length - 1;
  const pValue = degreesOfFreedom === 0 ? 1 : chiSquareAbove(degreesOfFreedom, statistic);
  return { method: "chi-square", statistic, degreesOfFreedom, pValue, cells: cells.length };
}

function distance(cells: readonly Cell[], total: number): number {
  return sum(cells.map(({ chance, seen }) => (seen - chance * total) ** 2 / (chance * total)));
}

function simulate(cells: readonly Cell[], total: number, random: RandomStream): FitTest {
  const statistic = distance(cells, total);
  const upTo = cumulative(cells.map(({ chance }) => chance));
  let asFar = 0;
  for (let round = 0; round < SIMULATIONS; round += 1) {
    const seen = draw(upTo, total, random);
    const drawn = cells.map(({ chance }, index) => ({ chance, seen: seen[index] ?? 0 }));
    // Equal counts in another order may differ in the last digit.
    if (distance(drawn, total) >= statistic * (1 - 1e-9)) asFar += 1;
  }
  const pValue = (1 + asFar) / (1 + SIMULATIONS);
  const degreesOfFreedom = cells.length - 1;
  return { method: "simulated", statistic, degreesOfFreedom, pValue, cells: cells.length };
}

function draw(upTo: readonly number[], total: number, random: RandomStream): number[] {
  const seen = upTo.map(() => 0);
  for (let drawn = 0; drawn < total; drawn += 1) {
    const unit = random.unit();
    const found = upTo.findIndex((end) => unit < end);
    const index = found < 0 ? upTo.length - 1 : found;
    seen[index] = (seen[index] ?? 0) + 1;
  }
  return seen;
}

function cumulative(chances: readonly number[]): number[] {
  let end = 0;
  return chances.map((chance) => {
    end += chance;
    return end;
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
