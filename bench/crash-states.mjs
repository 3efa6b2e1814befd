// Distinct crash states a second of our log, recovered and judged, on one core; and where the time goes.
// Run after a build: node bench/crash-states.mjs [rounds]

import { createRequire } from "node:module";
import { cpus, platform, release, totalmem } from "node:os";
import { systemClock } from "../dist/harness/clock.js";
import { profiles } from "../dist/harness/disk/profile.js";
import { explore } from "../dist/harness/power/explore.js";
import { recordChain } from "../dist/harness/power/record-chain.js";
import { walSubject } from "../dist/scenarios/subjects/wal-subject.js";
import { walScenarios } from "../dist/scenarios/wal-scenarios.js";

const [rounds = 5] = process.argv.slice(2).map(Number);
const { version } = createRequire(import.meta.url)("../package.json");
const APPENDS = 100;
const RECORD_BYTES = 100;
const WARM_UP_MS = 3_000;
const LIMITS = {
  statesMax: 30_000,
  exhaustiveMax: 4_096,
  nestedMax: 0,
  nestedStatesMax: 0,
  depth: 0,
};

const workload = {
  seed: 1,
  options: {},
  lives: [Array.from({ length: APPENDS }, () => ({ kind: "append", size: RECORD_BYTES }))],
};
const plan = { lives: [{ ending: { kind: "power" } }] };

/** One exploration: counts, and milliseconds by what was done. */
async function once({ mode, promise }, seed) {
  const store = { subject: walSubject, options: { mode } };
  const profile = profiles.posix;
  const recording = await recordChain({ store, workload, plan, profile, seed });
  const request = { store, ...recording, profile, workload, promise: promise({}), seed };
  return explore({ ...request, limits: LIMITS, clock: systemClock });
}

console.log(
  `ackproof ${version}, node ${process.versions.node}, ${platform()} ${release()}, ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB`,
);
console.log(
  `${APPENDS} appends of ${RECORD_BYTES} bytes, profile posix; median (and best) of ${rounds} rounds`,
);

/** One counted exploration that held. */
async function measured(scenario, seed) {
  const result = await once(scenario, seed);
  if (result.violation !== undefined || result.problem !== undefined) {
    throw new Error(`${scenario.name} did not hold: ${result.problem ?? "violated"}`);
  }
  const { produceMs, recoverMs, judgeMs } = result.spent;
  const totalMs = produceMs + recoverMs + judgeMs;
  return { ...result, totalMs, rate: (result.states.distinct * 1000) / totalMs };
}

for (const scenario of walScenarios) {
  // A mode with few states is over before the compiler has seen enough: what comes first is not counted.
  const warmUntilMs = performance.now() + WARM_UP_MS;
  do await measured(scenario, 0);
  while (performance.now() < warmUntilMs);
  const results = [];
  for (let round = 1; round <= rounds; round += 1) results.push(await measured(scenario, round));
  results.sort((a, b) => b.rate - a.rate);
  const median = results[Math.floor(rounds / 2)];
  const { states, spent, rate, totalMs } = median;
  const share = (ms) => `${((100 * ms) / totalMs).toFixed(0)} %`;
  const counts = `distinct ${states.distinct}, visited ${states.visited}, judged ${states.judged}`;
  const where = `produce ${share(spent.produceMs)}, recover ${share(spent.recoverMs)}, judge ${share(spent.judgeMs)}`;
  const micros = `${(1e6 / rate).toFixed(0)} us a state`;
  console.log(
    `${scenario.name.padEnd(10)} ${Math.round(rate)} (${Math.round(results[0].rate)}) distinct states a second, ${micros}; ${counts}, legal ${states.legal.toString().length} digits; ${where}`,
  );
}
