// The ways in which a planted bug is looked for in a fixed order, until the first conviction.
import { fileURLToPath } from "node:url";
import { CorruptionJudge } from "../../dist/harness/corruption/judge-corruption.js";
import { writeAtRest } from "../../dist/harness/corruption/write-at-rest.js";
import { drawCorruption } from "../../dist/harness/disk/corruption-draw.js";
import { profiles } from "../../dist/harness/disk/profile.js";
import { runExhaustiveKills } from "../../dist/harness/exhaustive-kills.js";
import { parseFault } from "../../dist/harness/faults/parse-fault.js";
import { explore } from "../../dist/harness/power/explore.js";
import { livedOn } from "../../dist/harness/power/lived-on.js";
import { recordChain } from "../../dist/harness/power/record-chain.js";
import { settleFailure } from "../../dist/harness/power/settle-failure.js";
import { stream, trialSeed } from "../../dist/harness/seed.js";
import { sampleWorkload } from "../../dist/harness/workload-arbitraries.js";
import { judgeCrashState } from "../../dist/scenarios/planted/crash-state-proof.js";
import { leaderWaits } from "../../dist/scenarios/planted/delay-proof.js";
import { namedProof } from "../../dist/scenarios/planted/planted-bug.js";
import { plantedScenarios } from "../../dist/scenarios/planted/planted-scenarios.js";
import { loadPlantedSubject } from "../../dist/scenarios/planted/planted-subject.js";
import { walPromise } from "../../dist/scenarios/wal-promise.js";
import { walTour } from "../../dist/scenarios/workloads/wal-tour.js";

export const SEED = 20261121;
const CORRUPTIONS = 2000;
/** Kills at once; they wait for processes more than they compute. */
const CONCURRENCY = 3;
const LIMITS = {
  statesMax: 4000,
  exhaustiveMax: 64,
  nestedMax: 40,
  nestedStatesMax: 100,
  depth: 2,
};

const dist = fileURLToPath(new URL("../../dist", import.meta.url));
export const scenarioOf = ({ name }) =>
  plantedScenarios.find((each) => each.name === `planted/${name}`);
const held = (count) => ({ kind: "held", count });
const convicted = (count, [violation]) => ({
  kind: "convicted",
  count,
  guarantee: violation.guarantee,
});

/** Kills at every storage call of the tour, in its order, until one trial is violated. */
async function huntByKill(bug, supervisor) {
  let trials = 0;
  let found;
  const onOutcome = ({ record }) => {
    trials += 1;
    if (record.verdict === "violated") found ??= convicted(trials, record.violations);
    return found === undefined;
  };
  const workload = walTour(bug.mode, SEED);
  const request = { scenario: scenarioOf(bug), workload, concurrency: CONCURRENCY, onOutcome };
  await runExhaustiveKills(request, supervisor);
  return found ?? held(trials);
}

/** The tour's first life, for the last one is crashed everywhere; the tour; then what a campaign draws. */
function chainWorkload(bug, chain) {
  const tour = walTour(bug.mode, SEED);
  if (chain < tour.lives.length) return { ...tour, lives: tour.lives.slice(0, chain + 1) };
  return sampleWorkload(scenarioOf(bug).workloads, trialSeed(SEED, chain));
}

/** Chains of lives, the last of them crashed everywhere. */
async function huntByCrash(bug, chains, { profile, fault }) {
  let states = 0;
  for (let chain = 0; chain < chains; chain += 1) {
    const drawn = chainWorkload(bug, chain);
    const workload = fault.kind === "io-error" ? livedOn(drawn) : drawn;
    const seed = trialSeed(SEED, chain);
    const options = { ...workload.options, mode: bug.mode };
    const store = { subject: loadPlantedSubject(dist, bug.name), options };
    const promise = walPromise(bug.mode, options);
    const drawnPlan = fault.plan(seed, workload, scenarioOf(bug));
    const given = { store, workload, profile, seed };
    const { plan } = await settleFailure({ ...given, plan: drawnPlan });
    const lived = await recordChain({ ...given, plan });
    const request = { store, workload, profile, promise, seed, limits: LIMITS, ...lived };
    const found = await explore(request);
    states += found.states.distinct + found.nested.distinct;
    if (found.problem !== undefined) throw new Error(`${bug.name}: ${found.problem}`);
    if (found.violation !== undefined) return convicted(states, found.violation.violations);
  }
  return held(states);
}

/** Damages the tour's store at rest, in ways drawn from the seed. */
async function huntByCorruption(bug) {
  const workload = walTour(bug.mode, SEED);
  const options = { ...workload.options, mode: bug.mode };
  const store = { subject: loadPlantedSubject(dist, bug.name), options };
  const atRest = await writeAtRest(store, workload);
  const judge = await CorruptionJudge.of(atRest, walPromise(bug.mode, options));
  // A store that breaks its promise without any damage is no subject for this hunt.
  if (judge.problem !== undefined) return undefined;
  const random = stream(SEED, "corruption");
  for (let count = 1; count <= CORRUPTIONS; count += 1) {
    const corruption = drawCorruption(atRest.image, random);
    if (corruption === undefined) break;
    const { violations } = await judge.judge(corruption);
    if (violations.length > 0) return convicted(count, violations);
  }
  return held(CORRUPTIONS);
}

async function huntByWaits(bug) {
  if (bug.convictedBy.kind !== "delay") return undefined;
  const waits = await leaderWaits(loadPlantedSubject(dist, bug.name), { callers: 1, siblings: 1 });
  return waits.length > 0 ? convicted(1, [{ guarantee: "a wait for nobody" }]) : held(1);
}

async function huntByName(bug) {
  const proof = namedProof(bug);
  if (proof === undefined) return undefined;
  const subject = loadPlantedSubject(dist, bug.name);
  const { violations } = await judgeCrashState(subject, bug.mode, proof);
  return violations.length > 0 ? convicted(1, violations) : held(1);
}

/** What is hunted for, and how, in up to so many chains of lives. */
export const huntsIn = (chains) => [
  {
    title: "kill",
    meaning:
      "trials that kill before and after each storage call of one tour, and of its recoveries.",
    hunt: huntByKill,
  },
  ...[profiles.posix, profiles.ext4].map((profile) => ({
    title: `power, ${profile.name}`,
    meaning: `distinct disks that power cuts under the profile \`${profile.name}\` may leave, in up to ${chains} chains.`,
    hunt: (bug) => huntByCrash(bug, chains, { profile, fault: parseFault("power") }),
  })),
  {
    title: "power, as named",
    meaning:
      "the same under the informative profile that the bug's proof names, for what only such a device shows.",
    hunt: (bug) => {
      const { profile } = bug.convictedBy;
      if (profile === undefined) return undefined;
      return huntByCrash(bug, chains, { profile: profiles[profile], fault: parseFault("power") });
    },
  },
  {
    title: "io-error",
    meaning: `distinct disks that power cuts may leave behind a failed call, in up to ${chains} chains.`,
    hunt: (bug) =>
      huntByCrash(bug, chains, { profile: profiles.posix, fault: parseFault("io-error") }),
  },
  {
    title: "corrupt",
    meaning: "drawn changes at rest of the tour's closed store.",
    hunt: huntByCorruption,
  },
  { title: "named disk", meaning: "the disk that the bug's own proof names.", hunt: huntByName },
  {
    title: "waits",
    meaning: "the waits that a leader asks for where one caller too few is there.",
    hunt: huntByWaits,
  },
];
