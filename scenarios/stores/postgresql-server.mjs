// A PostgreSQL server on a cluster of its own: made at the first open, started as it was left later.
import { chmodSync, existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { runUnprivileged, startServer } from "./server.mjs";

const CLUSTER = ["--auth=trust", "--username=store", "--encoding=SQL_ASCII", "--locale=C"];
const SMALL = ["--wal-segsize=1", "--no-instructions"];

/** Starts it with these settings; its client is connected to a new or an old database. */
export async function startPostgresql(directory, given) {
  const cluster = join(directory, "cluster");
  if (existsSync(cluster) === false) await makeCluster(cluster);
  // It refuses a cluster that others may enter.
  chmodSync(cluster, 0o700);
  const settings = {
    listen_addresses: "",
    unix_socket_directories: directory,
    // Its default leaves files in /dev/shm when it is killed.
    dynamic_shared_memory_type: "sysv",
    ...given,
  };
  const words = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return await startServer(["postgres", "-D", cluster, ...words], async () => {
    const client = new pg.Client({ host: directory, user: "store", database: "postgres" });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  });
}

/** A life may end within: a cluster has its name once it is whole. */
async function makeCluster(cluster) {
  const unfinished = `${cluster}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  await runUnprivileged(["initdb", `--pgdata=${unfinished}`, ...CLUSTER, ...SMALL]);
  renameSync(unfinished, cluster);
}
