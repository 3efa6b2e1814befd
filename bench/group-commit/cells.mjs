// A cell is one setting under so many callers; its numbers are medians of its rounds.
import { median } from "./latency.mjs";

/** What `group` is held to, beside `sync` with as many callers in the same round. */
export const TARGETS = { callers: 64, fsyncsPerCommitMost: 1 / 24, timesSyncLeast: 20 };
/** Below this a sync is so cheap that sharing it cannot give so much. */
const SYNC_COST_LEAST_MICROS = 50;

/** From the rounds of one cell: what a table and a chart show. */
export function cellOf({ setting, callers }, rounds) {
  const middle = (value) => median(rounds.map(value));
  return {
    setting,
    callers,
    rounds: rounds.length,
    commits: rounds.reduce((sum, { commits }) => sum + commits, 0),
    fsyncsPerCommit: middle(({ fsyncs, commits }) => fsyncs / commits),
    perSecond: middle(({ perSecond }) => perSecond),
    perSecondLeast: Math.min(...rounds.map(({ perSecond }) => perSecond)),
    perSecondMost: Math.max(...rounds.map(({ perSecond }) => perSecond)),
    p50: middle(({ p50 }) => p50),
    p99: middle(({ p99 }) => p99),
    /** Acknowledged before its sync; undefined where that is not looked at. */
    earlyShare:
      rounds[0].early === undefined
        ? undefined
        : Math.max(...rounds.map(({ early, commits }) => early / commits)),
  };
}

/**
 * What became of the targets: sentences. `roundsOf` gives the rounds of a cell; the ratio is the
 * median of the ratios within each round, so that what disturbs a whole round disturbs both.
 */
export function targetTexts(roundsOf, syncMicros) {
  const { callers, fsyncsPerCommitMost, timesSyncLeast } = TARGETS;
  const [group, sync] = ["group", "sync"].map((setting) => roundsOf({ setting, callers }));
  if (group === undefined || sync === undefined) {
    return [`The targets were not looked at: they are of ${callers} callers.`];
  }
  if (syncMicros < SYNC_COST_LEAST_MICROS) {
    return [
      `The targets were skipped: a sync costs ${syncMicros.toFixed(0)} us here, and they hold from ${SYNC_COST_LEAST_MICROS} us on.`,
    ];
  }
  const perCommit = median(group.map(({ fsyncs, commits }) => fsyncs / commits));
  const times = median(group.map(({ perSecond }, round) => perSecond / sync[round].perSecond));
  const isShared = perCommit <= fsyncsPerCommitMost;
  const isFaster = times >= timesSyncLeast;
  return [
    `At most 1/${Math.round(1 / fsyncsPerCommitMost)} fsync a commit: ${isShared === true ? "met" : "missed"}, 1/${(1 / perCommit).toFixed(1)}.`,
    `At least ${timesSyncLeast} times the commits of \`sync\`: ${isFaster === true ? "met" : "missed"}, ${times.toFixed(1)} times.`,
  ];
}
