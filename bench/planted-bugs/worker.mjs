// A process of bench/planted-bugs.mjs: hunts the bugs that it is sent by name, and sends back what it took.
import { fileURLToPath } from "node:url";
import { systemClock } from "../../dist/harness/clock.js";
import { startSupervisor } from "../../dist/harness/supervisor/supervisor.js";
import { plantedBugs } from "../../dist/scenarios/planted/planted-bugs.js";
import { drawnTrials } from "./drawn-trials.mjs";
import { huntsIn } from "./hunts.mjs";

const limits = JSON.parse(process.argv[2] ?? "{}");
const supervisor = await startSupervisor({
  childFile: fileURLToPath(new URL("../../dist/child.cjs", import.meta.url)),
  concurrency: 3,
  clock: systemClock,
});

async function huntBug(name) {
  const bug = plantedBugs.find((each) => each.name === name);
  const hunts = [];
  // A hunt that there is nothing for has no number: JSON has no undefined.
  for (const { hunt } of huntsIn(limits.chains)) hunts.push((await hunt(bug, supervisor)) ?? null);
  return { name, hunts, powers: await drawnTrials(bug, supervisor, limits) };
}

process.on("message", (name) => {
  if (name === null) {
    void supervisor.close().then(() => process.disconnect());
    return;
  }
  huntBug(name).then(
    (row) => process.send(row),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.send({ ready: true });
