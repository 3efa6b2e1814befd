// Measures our log's sync modes and writes docs/results/: the report, its tables, and two charts as pictures.
// Run after a build, on a machine with nothing else to do: node bench/results.mjs [--seed N] [--time T]. Needs /usr/bin/chromium.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const { values: given } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    time: { type: "string", default: "100s" },
    /** A report that is there already, in place of a new run. */
    from: { type: "string" },
  },
});
const root = fileURLToPath(new URL("..", import.meta.url));
const results = join(root, "docs", "results");
const COPIED = ["index.html", "summary.md", "measurement/settings.csv", "measurement/samples.csv"];
/** The charts that the README shows. */
const PICTURES = ["risk-over-time", "latency-against-risk"];

/** Runs the measurement into `out`; its tables go to the terminal. */
function measure(out) {
  const cli = join(root, "dist", "cli.js");
  const words = [cli, "measure", "--seed", given.seed, "--time", given.time, "--out", out];
  const { status } = spawnSync(process.execPath, words, { stdio: "inherit" });
  if (status !== 0) throw new Error(`ackproof measure ended with ${status}`);
}

/** Saves each picture by the page's own button, as a reader would. */
async function savePictures(page, folder) {
  const browser = await chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  try {
    const tab = await browser.newPage({ viewport: { width: 1000, height: 900 } });
    await tab.goto(pathToFileURL(page).href);
    for (const name of PICTURES) {
      const [download] = await Promise.all([
        tab.waitForEvent("download"),
        tab.click(`figure#${name} button:has-text("Save as SVG")`),
      ]);
      await download.saveAs(join(folder, `${name}.svg`));
    }
  } finally {
    await browser.close();
  }
}

function readme({ ackproof, startedAt, durationMs, machine, measurement, command }) {
  const { place, settings } = measurement;
  return `# Results: the sync modes of our log

<!-- Written by bench/results.mjs; do not edit. -->

Written by \`node bench/results.mjs\` after a build, which runs \`${command}\` and saves what it leaves:

- [index.html](index.html): the report, one file; download it to look at it.
- [summary.md](summary.md): its tables. [settings.csv](settings.csv), [samples.csv](samples.csv): the numbers
  ([columns](../measurement-columns.md)). \`result.json\` and the series of risks and latencies are larger and left out.
- ![The risk window over time](risk-over-time.svg)
- ![Latency against risk window](latency-against-risk.svg)

ackproof ${ackproof}, ${startedAt.slice(0, 10)}, ${(durationMs / 1000).toFixed(0)} s for ${settings.length} settings. ${machine.cpus} x ${place.cpuModel}, ${machine.platform} ${machine.release}, Node ${machine.node};
${place.fileSystem} (${place.mountOptions}); load ${place.loadBefore} before and ${place.loadAfter} after. A write of 100 bytes and its fdatasync took
${Math.round(place.syncLatency.p50Micros)} us at the median in the same run.
`;
}

const scratch = mkdtempSync(join(tmpdir(), "ackproof-results-"));
try {
  const report = given.from ?? join(scratch, "report");
  if (given.from === undefined) measure(report);
  const result = JSON.parse(readFileSync(join(report, "result.json"), "utf8"));
  if (result.complete !== true) throw new Error("the measurement did not come to its end");
  mkdirSync(results, { recursive: true });
  for (const name of COPIED)
    copyFileSync(join(report, name), join(results, name.split("/").at(-1)));
  await savePictures(join(report, "index.html"), results);
  writeFileSync(
    join(results, "README.md"),
    readme({ ...result, command: "npx ackproof measure --seed " + given.seed }),
  );
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
