// What concurrent callers pay for a sync: fsyncs per commit, commits a second, latencies, beside PostgreSQL.
// Run after a build: node bench/group-commit.mjs [--quick] [--page] [--directory DIRECTORY]
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { cellOf, targetTexts } from "./group-commit/cells.mjs";
import { median } from "./group-commit/latency.mjs";
import { LOG_SETTINGS, runLogCell } from "./group-commit/log-cell.mjs";
import { chartData, groupCommitPage, tables } from "./group-commit/page.mjs";
import { loadText, machineText, placeOfFiles, syncCost } from "./group-commit/place.mjs";
import { POSTGRESQL_SETTINGS, startPostgresqlBench } from "./group-commit/postgresql-cell.mjs";

const { values: given } = parseArgs({
  options: {
    /** Fewer callers, one short round. */
    quick: { type: "boolean", default: false },
    /** Of one cell of the log; one of pgbench takes whole ones, at least one. */
    seconds: { type: "string" },
    rounds: { type: "string" },
    /** As 1,4,64. */
    callers: { type: "string" },
    "no-postgresql": { type: "boolean", default: false },
    /** Where the logs and the cluster lie, in a directory of their own that is removed. */
    directory: { type: "string", default: tmpdir() },
    /** Writes group-commit.md and group-commit.csv. */
    page: { type: "boolean", default: false },
    /** The folder of the page. */
    into: { type: "string", default: fileURLToPath(new URL("../docs", import.meta.url)) },
  },
});
const fallback =
  given.quick === true
    ? { seconds: "0.3", rounds: "1", callers: "1,4,16,64,256" }
    : { seconds: "0.8", rounds: "3", callers: "1,2,4,8,16,32,64,128,256" };
const seconds = Number(given.seconds ?? fallback.seconds);
const rounds = Number(given.rounds ?? fallback.rounds);
const callersList = (given.callers ?? fallback.callers).split(",").map(Number);
if (![seconds, rounds, ...callersList].every((value) => value > 0)) {
  throw new Error("--seconds, --rounds and --callers are numbers above 0");
}

const fileSystem = placeOfFiles(given.directory);
if (fileSystem.isInMemory) {
  throw new Error(
    `${given.directory} is in memory (${fileSystem.type}), where a sync costs nothing; name one on a disk by --directory`,
  );
}
const payload = Buffer.alloc(100, "r");
const directory = mkdtempSync(join(given.directory, "ackproof-group-commit-"));
let postgresql;
/** Leaves nothing behind, also when it is interrupted. */
process.once("exit", () => {
  postgresql?.bench?.kill();
  rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
postgresql =
  given["no-postgresql"] === true
    ? { problem: "asked for by --no-postgresql." }
    : await startPostgresqlBench(directory, payload);
const { bench, problem } = postgresql;

const cellPlan = callersList.flatMap((callers) => [
  ...LOG_SETTINGS.map((setting) => ({
    key: { setting: setting.name, callers },
    run: () => runLogCell(setting, { callers, seconds, directory, payload }),
  })),
  ...(bench === undefined ? [] : POSTGRESQL_SETTINGS).map((setting) => ({
    key: { setting: setting.name, callers },
    run: () => bench.run(setting, { callers, seconds }),
  })),
]);

const loadBefore = loadText();
const found = cellPlan.map(() => []);
const syncCosts = [];
for (let round = 1; round <= rounds; round += 1) {
  syncCosts.push(syncCost(directory));
  for (const [place, { key, run }] of cellPlan.entries()) {
    const result = await run();
    found[place].push(result);
    const perCommit = (result.fsyncs / result.commits).toPrecision(3);
    const rate = `${Math.round(result.perSecond)} commits/s`;
    console.log(
      `round ${round}: ${key.callers} x ${key.setting}: ${rate}, ${perCommit} fsyncs each`,
    );
  }
}
await bench?.stop();

const roundsOf = ({ setting, callers }) =>
  found[cellPlan.findIndex(({ key }) => key.setting === setting && key.callers === callers)];
const cells = cellPlan.map(({ key }, place) => cellOf(key, found[place]));
const targets = targetTexts(roundsOf, median(syncCosts));
const costs = syncCosts.map((micros) => micros.toFixed(0)).join(", ");
const where = `${fileSystem.type} (${fileSystem.options})`;
const about = [
  `${machineText()}.`,
  `${where}; writing 100 bytes and syncing them by fdatasync took ${costs} us (the median of 200 at the start of each round, the file growing).`,
  ...(bench === undefined ? [] : [`PostgreSQL ${bench.fullVersion}, in the same file system.`]),
  `Medians of rounds: ${rounds}. In each, all settings take turns, ${seconds} s for each number of callers (pgbench: in whole seconds).`,
  `Load of the machine, on average over a minute: ${loadBefore} before and ${loadText()} at the end. Where the former is not near 0, other work disturbed it.`,
];
for (const { title, lines } of tables(cells)) console.log(["", title, ...lines].join("\n"));
console.log(["", ...about, ...targets].join("\n"));
if (problem !== undefined) console.log(`PostgreSQL was left out: ${problem}`);
if (given.page === true) {
  writeFileSync(
    join(given.into, "group-commit.md"),
    groupCommitPage({ cells, targets, about, problem }),
  );
  writeFileSync(join(given.into, "group-commit.csv"), chartData(cells));
}
