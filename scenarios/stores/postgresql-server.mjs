// A PostgreSQL server on a cluster of its own: made at the first open, started as it was left later.
import { chmodSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { connect, makeCluster } from "./postgresql-cluster.mjs";
import { startServer } from "./server.mjs";

const SOCKET_FILES = [".s.PGSQL.5432", ".s.PGSQL.5432.lock"];

/** Starts it with these settings; its client is connected to a new or an old database. */
export async function startPostgresql(directory, given) {
  const cluster = join(directory, "cluster");
  if (existsSync(cluster) === false) await makeCluster(cluster);
  // Where it is installed they lie in /run, which a boot empties; an empty one would be refused.
  for (const name of SOCKET_FILES) rmSync(join(directory, name), { force: true });
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
  const program = ["postgres", "-D", cluster, ...words];
  return await startServer(program, () => connect(directory));
}
