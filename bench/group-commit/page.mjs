// Renders docs/group-commit.md and the chart's data from the cells of one run. Pure.
import { TARGETS } from "./cells.mjs";

const COLUMNS = [
  ["setting", ({ setting }) => JSON.stringify(setting)],
  ["callers", ({ callers }) => callers],
  ["rounds", ({ rounds }) => rounds],
  ["commits", ({ commits }) => commits],
  ["fsyncs_per_commit", ({ fsyncsPerCommit }) => fsyncsPerCommit.toPrecision(4)],
  ["commits_per_second", ({ perSecond }) => perSecond.toFixed(0)],
  ["commits_per_second_least", ({ perSecondLeast }) => perSecondLeast.toFixed(0)],
  ["commits_per_second_most", ({ perSecondMost }) => perSecondMost.toFixed(0)],
  ["latency_p50_us", ({ p50 }) => p50.toFixed(1)],
  ["latency_p99_us", ({ p99 }) => p99.toFixed(1)],
  ["acknowledged_before_its_sync", ({ earlyShare }) => earlyShare?.toFixed(4) ?? ""],
];

/** A line a cell; units stand in the names, and the medians are those of the rounds. */
export function chartData(cells) {
  const lines = cells.map((cell) => COLUMNS.map(([, text]) => text(cell)).join(","));
  return [COLUMNS.map(([name]) => name).join(","), ...lines, ""].join("\n");
}

const INTRODUCTION = `# Group commit: what concurrent callers pay for a sync

<!-- Written by bench/group-commit.mjs --page; do not edit. -->

So many callers each append 100 bytes, wait for the answer, and append again. Counted and measured: fsyncs per commit,
commits a second, and how long a caller waits. Beside our log stands PostgreSQL doing the same in the same run: one \`INSERT\` of
100 bytes a transaction, by pgbench. The chart's data is [group-commit.csv](group-commit.csv).`;

const SETTINGS = `- *sync*: each append is synced before it is acknowledged. The log is synchronous: callers in one process come one after another.
- *batch*: every 100th append syncs. **What it acknowledges is not durable**: EARLY of its acknowledgements
  came before their sync, and a crash may take up to 99. Of the other settings of our log: OTHERS.
- *group*: one caller syncs for all that wait. *commitDelayMicros* (with \`commitSiblings\` 5) and *syncDelayMicros* make it wait
  for more, as PostgreSQL's \`commit_delay\` and MySQL's \`binlog_group_commit_sync_delay\` do.
- *PostgreSQL*: \`synchronous_commit\` on, \`commit_siblings\` 5, \`commit_delay\` in microseconds as named, else what initdb gives, but that neither
  autovacuum nor checkpoints run meanwhile. The files of its log are filled with zeros before, which makes a sync cheaper than in
  ours, which grow (option \`preallocate\`). Its fsyncs are \`wal_sync\` of \`pg_stat_wal\`, its commits and latencies pgbench's.`;

const SHAPE = `## Why it looks so

**One fsync is one fsync, whoever waits for it.** With one caller there is nothing to share: \`sync\` and \`group\` make one a commit,
and so does PostgreSQL.

**\`group\` needs about 1/callers.** While one sync is under way, all the others' appends come in and wait; the next sync covers
them all. They are answered in one turn of the event loop, ask again in it, and are in the next group together. The more wait,
the more share, so commits a second rise with the callers and a caller's wait hardly does, until the processor's work for each
commit is more than the sync.

**PostgreSQL has the same shape.** A backend that finds the log being flushed waits, and then looks whether its own record
went with it. Its backends are processes: they are not all back when the next flush begins, so a group holds only a part of
them, and the processor has more to do for a statement than for an append. Its numbers are those of a database with SQL, a table and a
client's round trip: compare the shapes of the columns, not their heights.

**A delay buys fewer fsyncs with waiting.** PostgreSQL's groups grow with it, where enough others are active
(\`commit_siblings\`). These callers of our log are all there without one, so it costs and gives nothing; it pays where callers come
one by one, and an fsync is dearer than a wait. Below six callers \`commitDelayMicros\` and \`commit_delay\` do nothing;
\`syncDelayMicros\` makes even a single caller wait.

**\`batch\` amortises over calls, not over callers.** Its hundredth append syncs, whoever made the others, one caller or 256: about 1/100 in
every row. It can do so because it does not let the others wait: it has acknowledged them before. A counter whose callers did
wait for their sync would be stuck with fewer callers than its count, for each waits for the one that never comes; see
[claims.md](claims.md).`;

/** The whole page. `about` says how and on what it was measured. */
export function groupCommitPage({ cells, targets, about, problem }) {
  const left = problem === undefined ? [] : [`PostgreSQL was left out: ${problem}`, ""];
  return [
    INTRODUCTION,
    "",
    "Written by `node bench/group-commit.mjs --page` after a build, from its own run:",
    "",
    ...about.map((line) => `- ${line}`),
    "",
    SETTINGS.replace(
      "EARLY",
      earlyText(cells, (setting) => setting === "batch"),
    ).replace(
      "OTHERS",
      earlyText(cells, (setting) => setting !== "batch"),
    ),
    "",
    ...left,
    `## What was asked of \`group\` at ${TARGETS.callers} callers`,
    "",
    ...targets.map((line) => `- ${line}`),
    "",
    ...tables(cells).flatMap(({ title, lines }) => [`## ${title}`, "", ...lines, ""]),
    SHAPE,
    "",
  ].join("\n");
}

/** The largest share of what was acknowledged before its sync; it is not known of PostgreSQL. */
function earlyText(cells, isMeant) {
  const shares = cells
    .filter(({ setting }) => isMeant(setting))
    .map((cell) => cell.earlyShare ?? 0);
  return `${(Math.max(...shares) * 100).toFixed(1)} %`;
}

/** Three tables: callers down, settings across. */
export function tables(cells) {
  return [
    { title: "Fsyncs per commit", cell: (each) => perCommitText(each.fsyncsPerCommit) },
    { title: "Commits a second", cell: ({ perSecond }) => wholeText(perSecond) },
    {
      title: "Latency in microseconds, p50 / p99",
      cell: ({ p50, p99 }) => `${microsText(p50)} / ${microsText(p99)}`,
    },
  ].map(({ title, cell }) => ({ title, lines: tableOf(cells, cell) }));
}

function tableOf(cells, text) {
  const settings = [...new Set(cells.map(({ setting }) => setting))];
  const rows = [...new Set(cells.map(({ callers }) => callers))].map((callers) => [
    callers,
    ...settings.map((setting) => {
      const cell = cells.find((each) => each.setting === setting && each.callers === callers);
      return cell === undefined ? "-" : text(cell);
    }),
  ]);
  return [["callers", ...settings], Array(settings.length + 1).fill("---:"), ...rows].map(
    (row) => `| ${row.join(" | ")} |`,
  );
}

function perCommitText(ratio) {
  return ratio > 0.995 ? ratio.toFixed(2) : `1/${(1 / ratio).toFixed(1)}`;
}

function wholeText(value) {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

function microsText(micros) {
  return micros < 10 ? micros.toFixed(1) : wholeText(micros);
}
