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
 * pino has no batch; two have a sync that they are judged by: pino's flush, a synchronous commit.
 * pino writes what it has buffered at a sync, in one write: a rare one leaves several sectors to it. A
 * page that counts what may be lost counts commits: there each is one record.
 */
function weightsOf({ adapter, promise }) {
  const isPino = adapter === "pino";
  const counted = [promise.kill, promise.power].some(({ records = 0 }) => records > 0);
  const batch = isPino || counted ? 0 : 2;
  const syncs = [...promise.barriers, ...(promise.killBarriers ?? [])].includes("sync");
  const sync = syncs ? (isPino ? 1 : 4) : 0;
  return { append: 8, batch, sync, reopen: 1 };
}

/**
 * What one operation does to the disk is looked at more closely where there are fewer of them: a
 * rollback journal is many calls. pino's first line of a second life may meet a torn one, and its
 * file is longer than a page where many lines are buffered.
 */
function sizeOf({ adapter, options }) {
  const lives = { min: adapter === "pino" ? 2 : 1, max: 2 };
  if (adapter === "pino") return { lives, operations: pinoLines(options) };
  return { lives, operations: { min: 4, max: options.journal === "DELETE" ? 6 : 40 } };
}

function pinoLines({ sync }) {
  return sync === false ? { min: 60, max: 90 } : { min: 12, max: 40 };
}

export default {
  scenarios: stores.map((store) => ({
    name: store.name,
    title: store.says,
    subject: subjectOf(store),
    mode: store.name.slice(store.name.indexOf("/") + 1),
    promise: store.promise,
    workload: { ...sizeOf(store), weights: weightsOf(store) },
    faults: ["kill", "power", "io-error"],
  })),
};
