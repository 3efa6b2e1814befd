// Compares pairs of campaigns of one build, which differ by nothing but chance, and counts what is called a change.
// Run after a build: node bench/compare-noise.mjs [pairs] [words of ackproof gate]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, loadavg, platform, release, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { readResult } from "../dist/harness/campaign/read-result.js";
import { stream } from "../dist/harness/seed.js";
import { compareResults } from "../dist/reports/compare/compare-results.js";

const DEFAULT_WORDS = [
  "wal/sync",
  "wal/batch",
  "--fault",
  "kill",
  "--fault",
  "power",
  "--time",
  "5",
];
/** Exit codes of a campaign that ended: 0 held, 3 inconclusive, for few trials leave places that no crash met. */
const ENDED = [0, 3];

const [pairsText = "20", ...given] = process.argv.slice(2);
const words = given.length > 0 ? given : DEFAULT_WORDS;
const cli = fileURLToPath(new URL("../dist/cli.js", import.meta.url));

function campaign(out) {
  const { status, stderr } = spawnSync(
    process.execPath,
    [cli, "gate", ...words, "--out", out, "--quiet"],
    { encoding: "utf8" },
  );
  if (!ENDED.includes(status)) throw new Error(`a campaign ended with ${status}: ${stderr}`);
  return readResult(out);
}

const folder = mkdtempSync(join(tmpdir(), "ackproof-noise-"));
const outcomes = {};
const called = [];
let tests = 0;
let smallest = 1;
try {
  for (let pair = 0; pair < Number(pairsText); pair += 1) {
    const [base, head] = ["base", "head"].map((side) => campaign(join(folder, side)));
    const compared = compareResults(base, head, stream(pair, "compare"));
    outcomes[compared.outcome] = (outcomes[compared.outcome] ?? 0) + 1;
    tests += compared.tests;
    for (const { name, fault, differences } of compared.rows) {
      for (const { aspect, weight, text, test } of differences) {
        smallest = Math.min(smallest, test?.pValue ?? 1);
        // An inconclusive verdict says that too little was seen, which is no change.
        const isChange = weight !== "same" && (aspect !== "verdict" || weight === "weaker");
        if (isChange) called.push(`pair ${pair}: ${name} ${fault} ${aspect}: ${text}`);
      }
    }
    console.log(`pair ${pair}: ${compared.outcome}, tests: ${compared.tests}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`ackproof gate ${words.join(" ")}`);
console.log(
  `Node ${process.version}, ${platform()} ${release()}, ${availableParallelism()} cores, load ${loadavg()[0]}`,
);
console.log(
  `outcomes: ${JSON.stringify(outcomes)}; tests: ${tests}, smallest p before Holm ${smallest}`,
);
console.log(`called a change: ${called.length}`);
for (const each of called) console.log(`  ${each}`);
process.exitCode = called.length > 0 ? 1 : 0;
