// A database server as a child of its adapter: started on what is in the store's directory, asked until it answers, stopped.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Crash recovery counts: the server answers when it is done. */
const START_LIMIT_MS = 15_000;
const ASK_AGAIN_MS = 10;
const DEBIAN_POSTGRESQL = "/usr/lib/postgresql";
/** Debian's packages of the programs that are started. */
const PACKAGES = { "redis-server": "redis-server", postgres: "postgresql" };

/**
 * PostgreSQL refuses root, and another user could not reach a trial's directory, which only its
 * owner may enter. In a user namespace the server is `nobody`, without a capability, and owns what
 * it has to write. Its shared memory is in a namespace too, which ends with it, however it ends. In
 * one of processes it is always the first: the number in a lock file that a dead one left is its
 * own, and never that of a stranger, whom it would take for a living server.
 */
const NAMESPACES = ["--user", "--map-user=65534", "--map-group=65534", "--ipc"];
const UNPRIVILEGED = [...NAMESPACES, "--pid", "--fork", "--kill-child", "--"];

/**
 * Starts a server and repeats `ask` until it answers; both its outputs go to standard error.
 * @throws Error where it ends or is silent for too long
 */
export async function startServer([program, ...words], ask) {
  const server = spawnUnprivileged(program, words);
  const exited = once(server, "exit");
  const deadline = performance.now() + START_LIMIT_MS;
  for (;;) {
    try {
      return { client: await ask(), server, exited };
    } catch (error) {
      if (server.exitCode !== null || server.signalCode !== null)
        throw new Error(`${program} ended by itself, see above`, { cause: error });
      if (performance.now() > deadline) {
        server.kill("SIGKILL");
        throw new Error(`${program} did not answer in ${START_LIMIT_MS} ms`, { cause: error });
      }
      await setTimeout(ASK_AGAIN_MS);
    }
  }
}

/**
 * Ends a server as its manual says, and waits for that.
 * @throws Error where it ends otherwise
 */
export async function stopServer({ server, exited }, signal) {
  // It is the one child of unshare, which has no signal for it but SIGKILL.
  const children = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, "latin1");
  process.kill(Number.parseInt(children, 10), signal);
  const [code, by] = await exited;
  if (code !== 0) throw new Error(`the server ended with ${code ?? by}, see above`);
}

/**
 * Runs a program of the server's package to its end.
 * @throws Error where it fails
 */
export async function runUnprivileged([program, ...words]) {
  const [code, by] = await once(spawnUnprivileged(program, words), "exit");
  if (code !== 0) throw new Error(`${program} ended with ${code ?? by}, see above`);
}

function spawnUnprivileged(program, words) {
  const path = findServerProgram(program) ?? program;
  // Standard output is the protocol's.
  return spawn("unshare", [...UNPRIVILEGED, path, ...words], { stdio: ["ignore", 2, 2] });
}

/** The path of a server's program; undefined where there is none. Debian keeps PostgreSQL's beside PATH. */
export function findServerProgram(program) {
  const places = (process.env["PATH"] ?? "").split(delimiter);
  const versions =
    statSync(DEBIAN_POSTGRESQL, { throwIfNoEntry: false }) === undefined
      ? []
      : readdirSync(DEBIAN_POSTGRESQL);
  const newest = versions.toSorted((one, other) => Number(other) - Number(one));
  const all = [...newest.map((version) => join(DEBIAN_POSTGRESQL, version, "bin")), ...places];
  const paths = all.map((place) => join(place, program));
  return paths.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true);
}

/** Why this server can not run here, with what to do; undefined where it can. */
export function serverProblem(program) {
  if (findServerProgram(program) === undefined) {
    return `There is no ${program} here: install it (Debian: apt-get install --yes ${PACKAGES[program]}).`;
  }
  const { status, stderr } = spawnSync("unshare", [...UNPRIVILEGED, "true"], { encoding: "utf8" });
  if (status === 0) return undefined;
  return `${program} needs a user namespace, which can not be made here (${stderr?.trim() ?? "no unshare"}).`;
}
