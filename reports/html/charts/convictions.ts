// How many trials it took to convict each planted bug.
import { axisX, axisY, dot, frame, gridX, ruleY, text } from "@observablehq/plot";
import type { ScenarioResult } from "../../../harness/result.ts";
import type { Chart, Drawing } from "../chart.ts";
import type { Cell } from "../data-table.ts";
import { countText } from "../number-text.ts";
import { seriesStyles } from "../series-style.ts";

const PLANTED = "planted/";
/** Pixels between the marks of two faults in one row. */
const FAULT_STEP = 5;

/** One bug under one fault. */
interface Hunt {
  readonly bug: string;
  readonly fault: string;
  /** The first trial that convicted, counted from 1; of a bug that got away, how many tried. */
  readonly trials: number;
  readonly isConvicted: boolean;
}

/** Nothing where no planted bug ran, or where nobody noted which trials convicted. */
export function convictions(scenarios: readonly ScenarioResult[]): Chart | undefined {
  const hunts = scenarios.filter(({ name }) => name.startsWith(PLANTED)).flatMap(huntOf);
  if (hunts.length === 0) return undefined;
  return {
    id: "convictions",
    title: "Planted bugs against trials until conviction",
    caption:
      "The first trial that convicted each planted bug, by the fault that struck. Filled: convicted; hollow: not convicted in so many trials.",
    isSmall: false,
    draw: (isNarrow) => draw(hunts, isNarrow),
    numbers: {
      caption: "Trials until conviction",
      columns: [
        { head: "planted bug", kind: "text" },
        { head: "fault", kind: "text" },
        { head: "first conviction", kind: "number" },
      ],
      rows: hunts.map(cells),
    },
  };
}

function huntOf({ name, fault, trials, violatingTrialNumbers }: ScenarioResult): readonly Hunt[] {
  if (violatingTrialNumbers === undefined || trials === 0) return [];
  const [first] = violatingTrialNumbers;
  const isConvicted = first !== undefined;
  const bug = name.slice(PLANTED.length);
  return [{ bug, fault, trials: isConvicted ? first + 1 : trials, isConvicted }];
}

function cells({ bug, fault, trials, isConvicted }: Hunt): readonly Cell[] {
  const told = isConvicted ? `trial ${countText(trials)}` : `none in ${countText(trials)}`;
  return [{ content: bug }, { content: fault }, { content: told, value: trials }];
}

function draw(hunts: readonly Hunt[], isNarrow: boolean): Drawing {
  const bugs = [...new Set(hunts.map(({ bug }) => bug))].sort();
  const faults = [...new Set(hunts.map(({ fault }) => fault))];
  const most = Math.max(...hunts.map(({ trials }) => trials));
  const step = (isNarrow ? 32 : 18) + FAULT_STEP * (faults.length - 1);
  const ticks = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].filter((tick) => tick <= most * 1.25);
  return {
    height: step * bugs.length + 74,
    marginLeft: isNarrow ? 12 : 232,
    marginRight: 16,
    marginTop: 34,
    marginBottom: 40,
    x: { type: "log", domain: [0.85, Math.max(2, most * 1.25)] },
    y: { domain: bugs, type: "point", padding: 0.7 },
    // The library's own legend is HTML with a style of its own; shapes are named beside the axis instead.
    marks: [
      frame({ strokeOpacity: 0.25 }),
      gridX({ strokeOpacity: 0.12, ticks }),
      axisX({
        label: "trials until conviction",
        ticks,
        tickFormat: (value: number) => countText(value),
      }),
      ruleY(bugs, { strokeOpacity: 0.12 }),
      isNarrow
        ? text(bugs, {
            y: (bug: string) => bug,
            text: (bug: string) => bug,
            frameAnchor: "left",
            dx: 4,
            dy: -9,
          })
        : axisY({ label: null, tickSize: 0 }),
      ...huntMarks(hunts, faults, isNarrow),
      ...legendMarks(faults, isNarrow),
    ],
  };
}

/** The marks of each fault lie a little apart, so that none hides another. */
function huntMarks(
  hunts: readonly Hunt[],
  faults: readonly string[],
  isNarrow: boolean,
): NonNullable<Drawing["marks"]> {
  const styleOf = seriesStyles(faults);
  return faults.map((fault, place) => {
    const { colour, symbol } = styleOf(fault);
    const beside = (place - (faults.length - 1) / 2) * FAULT_STEP;
    return dot(
      hunts.filter((hunt) => hunt.fault === fault),
      {
        x: "trials",
        y: "bug",
        symbol,
        stroke: colour,
        fill: ({ isConvicted }: Hunt) => (isConvicted ? colour : "none"),
        r: 4.5,
        dy: beside + (isNarrow ? 6 : 0),
      },
    );
  });
}

/** The faults and their shapes above the frame, so that a saved chart has them too. */
function legendMarks(faults: readonly string[], isNarrow: boolean): NonNullable<Drawing["marks"]> {
  const styleOf = seriesStyles(faults);
  const step = isNarrow ? 84 : 110;
  return faults.flatMap((fault, place) => {
    const { colour, symbol } = styleOf(fault);
    const where = { frameAnchor: "top-left", dx: 6 + place * step, dy: -20 } as const;
    return [
      dot([fault], { ...where, symbol, stroke: colour, fill: colour, r: 4.5 }),
      text([fault], {
        ...where,
        dx: where.dx + 9,
        text: () => fault,
        textAnchor: "start",
        lineAnchor: "middle",
      }),
    ];
  });
}
