// The scenarios of the stores, for the command line that is started in this folder.
import { stores } from "./stores.mjs";

/** A server runs as a command: all of its processes are struck at once, and its answers have times. */
function subjectOf({ adapter, options, server }) {
  const program = [process.execPath, "./command.mjs", adapter];
  return server === undefined
    ? { module: `./adapters/${adapter}.mjs`, export: "subject", options }
    : { command: { write: [...program, "write"], recover: [...program, "recover"] }, options };
}

/**
 * pino has no batch; two have a sync that they are judged by: pino's flush, a synchronous commit. A
 * page that counts what may be lost counts commits: there each is one record.
 */
function weightsOf({ adapter, promise }) {
  const counted = [promise.kill, promise.power].some(({ records = 0 }) => records > 0);
  const batch = adapter === "pino" || counted ? 0 : 2;
  const sync = [...promise.barriers, ...(promise.killBarriers ?? [])].includes("sync") ? 4 : 0;
  return { append: 8, batch, sync, reopen: 1 };
}

export default {
  scenarios: stores.map((store) => ({
    name: store.name,
    title: store.says,
    subject: subjectOf(store),
    mode: store.name.slice(store.name.indexOf("/") + 1),
    promise: store.promise,
    workload: {
      lives: { min: 1, max: 2 },
      operations: { min: 4, max: 40 },
      weights: weightsOf(store),
    },
    faults: ["kill", "power"],
  })),
};
