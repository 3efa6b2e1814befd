// Hunts each planted bug with each fault and writes docs/planted-bugs.md and .csv: what it took to convict it.
// Run after a build: node bench/planted-bugs.mjs [--jobs N] [--chains N] [--trials N] [--seconds N] [--bugs a,b] [--into DIR]
import { fork } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg, platform, release } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { plantedBugs } from "../dist/scenarios/planted/planted-bugs.js";
import { plantedBugsCsv } from "../dist/scenarios/planted/planted-bugs-csv.js";
import { plantedBugsPage } from "../dist/scenarios/planted/planted-bugs-page.js";
import { huntsIn, SEED } from "./planted-bugs/hunts.mjs";

const { values: given } = parseArgs({
  options: {
    /** Processes at once. */
    jobs: { type: "string", default: String(availableParallelism()) },
    /** Most chains of lives of which each power cut and each I/O error is hunted. */
    chains: { type: "string", default: "60" },
    /** Most drawn trials of each fault. */
    trials: { type: "string", default: "60" },
    /** And the most seconds that they may take, of each fault. */
    seconds: { type: "string", default: "20" },
    /** Names, to try the script on; a page of some bugs is not one for docs/. */
    bugs: { type: "string" },
    into: { type: "string", default: fileURLToPath(new URL("../docs", import.meta.url)) },
  },
});
const limits = {
  chains: Number(given.chains),
  trials: Number(given.trials),
  seconds: Number(given.seconds),
};
if (![Number(given.jobs), ...Object.values(limits)].every((value) => value > 0)) {
  throw new Error("--jobs, --chains, --trials and --seconds need numbers above 0.");
}
/** All of them where none is named. */
const names = new Set(given.bugs === undefined ? [] : given.bugs.split(","));
const bugs = plantedBugs.filter(({ name }) => names.size === 0 || names.has(name));

/** Bugs are handed out one by one, for some take a hundred times as long as others. */
function runWorker(waiting, found) {
  return new Promise((resolve, reject) => {
    const file = fileURLToPath(new URL("./planted-bugs/worker.mjs", import.meta.url));
    const worker = fork(file, [JSON.stringify(limits)]);
    worker.on("message", (row) => {
      if ("name" in row) found(row);
      worker.send(waiting.shift() ?? null);
    });
    worker.once("error", reject);
    worker.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`a hunt ended with ${code}`)),
    );
  });
}

const startedMs = performance.now();
const rows = new Map();
const waiting = bugs.map(({ name }) => name);
await Promise.all(
  Array.from({ length: Number(given.jobs) }, () =>
    runWorker(waiting, ({ name, hunts, powers }) => {
      rows.set(name, { hunts: hunts.map((hunt) => hunt ?? undefined), powers });
      const texts = hunts.map((hunt) => (hunt === null ? "-" : `${hunt.kind} ${hunt.count}`));
      const drawn = powers.map(
        ({ fault, convictions, hunted }) => `${fault} ${convictions}/${hunted}`,
      );
      console.log([`${rows.size}/${bugs.length} ${name}`, ...texts, ...drawn].join("  "));
    }),
  ),
);
const minutes = ((performance.now() - startedMs) / 60_000).toFixed(0);
const about = `Node ${process.version}, ${platform()} ${release()}, seed ${SEED}, ${given.jobs} processes for ${minutes} minutes, load ${loadavg()[0]?.toFixed(1)} at the end.`;
const inOrder = bugs.map((bug) => ({ bug, ...rows.get(bug.name) }));
mkdirSync(given.into, { recursive: true });
writeFileSync(
  join(given.into, "planted-bugs.md"),
  plantedBugsPage(huntsIn(limits.chains), inOrder, about),
);
writeFileSync(join(given.into, "planted-bugs.csv"), plantedBugsCsv(inOrder));
