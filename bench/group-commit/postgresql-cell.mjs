// PostgreSQL under concurrent clients: one commit_delay, so many clients of pgbench, for a while.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import { latenciesOf } from "./latency.mjs";

/** What is measured of PostgreSQL, by the name of its column. */
export const POSTGRESQL_SETTINGS = [0, 200, 1000].map((commitDelay) => ({
  name: `PostgreSQL, commit_delay ${commitDelay}`,
  commitDelay,
}));

const SERVER_SETTINGS = {
  max_connections: "300",
  synchronous_commit: "on",
  commit_siblings: "5",
  // Nothing but the commits writes the log or syncs it meanwhile.
  autovacuum: "off",
  checkpoint_timeout: "1h",
  max_wal_size: "4GB",
  // Standard error is for what is wrong; being asked before it has started is not.
  log_min_messages: "panic",
};
const INITDB = ["--auth=trust", "--username=store", "--encoding=SQL_ASCII", "--locale=C"];
const ASK_AGAIN_MS = 10;
const LEAVE_LIMIT_MS = 30_000;
/** pgbench's time begins before its clients are connected; with more than this it is our machine that stands. */
const LONGEST_SECONDS = 60;
/** pg_stat_wal counts syncs from 14 to 17; 15 is the first that can be told to bring its counts up to date. */
const VERSIONS = { least: 15, most: 17 };

/** A server with an empty table; `run` measures a cell. */
class PostgresqlBench {
  constructor({ started, stopServer, folder, pgbench }) {
    const { client, ...server } = started;
    Object.assign(this, { client, server, stopServer, folder, pgbench });
    /** By callers: how long pgbench has to run, so that enough is left when all are connected. */
    this.lengths = new Map();
  }

  async prepare(payload) {
    const { rows } = await this.client.query("SHOW server_version");
    this.fullVersion = rows[0].server_version;
    this.version = Number.parseInt(this.fullVersion, 10);
    if (this.version < VERSIONS.least || this.version > VERSIONS.most) return;
    await this.client.query("CREATE TABLE record (payload bytea)");
    const literal = `'\\x${payload.toString("hex")}'`;
    writeFileSync(join(this.folder, "insert.sql"), `INSERT INTO record VALUES (${literal});\n`);
  }

  async run({ commitDelay }, { callers, seconds }) {
    const length = this.lengths.get(callers) ?? Math.max(1, Math.round(seconds));
    const { said, ...counted } = await this.#count({ commitDelay, callers, length });
    // Where nobody was connected in time it does not say how long that takes.
    const connectMs = numberIn(said, /initial connection time = ([\d.]+)/) ?? length * 1000;
    if (length * 1000 - connectMs >= seconds * 900) {
      const perSecond = numberIn(said, /tps = ([\d.]+)/);
      const commits = numberIn(said, /actually processed: (\d+)/);
      return { ...counted, commits, perSecond };
    }
    if (length > LONGEST_SECONDS) throw new Error(`pgbench's clients do not connect: ${said}`);
    this.lengths.set(callers, Math.ceil(seconds + (1.5 * connectMs) / 1000));
    return await this.run({ commitDelay }, { callers, seconds });
  }

  async #count(load) {
    await this.client.query("TRUNCATE record");
    await this.client.query("CHECKPOINT");
    const before = await this.#syncs();
    const logs = mkdtempSync(join(this.folder, "pgbench-"));
    const said = await this.#bench({ ...load, logs });
    await this.#untilClientsLeft();
    const fsyncs = (await this.#syncs()) - before;
    const latencies = readdirSync(logs).flatMap((name) => latenciesIn(join(logs, name)));
    rmSync(logs, { recursive: true });
    return { said, fsyncs, ...latenciesOf(latencies) };
  }

  async stop() {
    await this.client.end();
    await this.stopServer(this.server, "SIGINT");
  }

  /** For an end that cannot wait. */
  kill() {
    this.server.server.kill("SIGKILL");
  }

  async #bench({ commitDelay, callers, length, logs }) {
    const client = ["-h", this.folder, "-U", "store", "-n", "-M", "prepared"];
    const load = ["-f", join(this.folder, "insert.sql"), "-c", callers, "-j", 1, "-T", length];
    const log = ["-l", `--log-prefix=${join(logs, "log")}`, "template1"];
    const env = { PATH: process.env["PATH"], PGOPTIONS: `-c commit_delay=${commitDelay}` };
    const child = spawn(this.pgbench, [...client, ...load, ...log].map(String), {
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const outputs = Promise.all([text(child.stdout), text(child.stderr)]);
    const [code, signal] = await once(child, "exit");
    const [out, problems] = await outputs;
    if (code !== 0) throw new Error(`pgbench ended with ${code ?? signal}: ${problems}`);
    return out;
  }

  /** A backend that ends has brought its counts up to date. */
  async #untilClientsLeft() {
    const endsAt = performance.now() + LEAVE_LIMIT_MS;
    for (;;) {
      const { rows } = await this.client.query(`SELECT count(*)::int AS others FROM pg_stat_activity
        WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`);
      if (rows[0].others === 0) return;
      if (performance.now() > endsAt) throw new Error("pgbench's backends do not end");
      await setTimeout(ASK_AGAIN_MS);
    }
  }

  async #syncs() {
    await this.client.query("SELECT pg_stat_force_next_flush()");
    const { rows } = await this.client.query("SELECT wal_sync::int AS syncs FROM pg_stat_wal");
    return rows[0].syncs;
  }
}

/**
 * Makes a cluster in `directory`, with initdb's defaults, and starts its server, unprivileged, on a
 * socket of its own. Where that can not be done, `problem` says why.
 */
export async function startPostgresqlBench(directory, payload) {
  const { stores, problem } = await importStores();
  if (stores === undefined) return { problem };
  const pgbench = stores.findServerProgram("pgbench");
  const missing =
    stores.serverProblem("postgres") ??
    (pgbench === undefined ? "There is no pgbench." : undefined);
  if (missing !== undefined) return { problem: missing };
  const folder = join(directory, "postgresql");
  mkdirSync(folder);
  await stores.runUnprivileged(["initdb", `--pgdata=${join(folder, "cluster")}`, ...INITDB]);
  const started = await stores.startPostgresql(folder, SERVER_SETTINGS);
  const { stopServer } = stores;
  const bench = new PostgresqlBench({ started, stopServer, folder, pgbench });
  try {
    await bench.prepare(payload);
  } catch (error) {
    bench.kill();
    throw error;
  }
  if (bench.version >= VERSIONS.least && bench.version <= VERSIONS.most) return { bench };
  await bench.stop();
  const range = `${VERSIONS.least} to ${VERSIONS.most}`;
  return { problem: `PostgreSQL ${bench.version} does not count as this needs it; ${range} do.` };
}

/** The stores' package is installed apart. */
async function importStores() {
  try {
    const stores = "../../scenarios/stores";
    const [server, postgresql] = await Promise.all([
      import(`${stores}/server.mjs`),
      import(`${stores}/postgresql-server.mjs`),
    ]);
    return { stores: { ...server, ...postgresql } };
  } catch (error) {
    if (error.code !== "ERR_MODULE_NOT_FOUND") throw error;
    const problem = "The client of PostgreSQL is not installed: run npm ci in scenarios/stores.";
    return { problem };
  }
}

/** A line of pgbench's log: client, transaction, microseconds, script, seconds, microseconds. */
function latenciesIn(path) {
  const lines = readFileSync(path, "latin1").trimEnd().split("\n");
  return lines.filter((line) => line !== "").map((line) => Number(line.split(" ", 3)[2]));
}

function numberIn(said, pattern) {
  const found = pattern.exec(said)?.[1];
  return found === undefined ? undefined : Number(found);
}
