// A PostgreSQL cluster as small as it gets, made once: initdb's own writes are more than a recording holds.
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import pg from "pg";
import { runUnprivileged, startServer, stopServer } from "./server.mjs";

/** Beside the packages, so that an installation makes it anew. */
const PREPARED = join(import.meta.dirname, "node_modules", ".postgresql");
const INITDB = ["--auth=trust", "--username=store", "--encoding=SQL_ASCII", "--locale=C"];
const SMALL = ["--wal-segsize=1", "--no-instructions"];

/** Makes a cluster under its name; copied, and then synced as initdb does it, where one is prepared. */
export async function makeCluster(cluster) {
  const unfinished = `${cluster}.new`;
  rmSync(unfinished, { recursive: true, force: true });
  const prepared = join(PREPARED, "cluster");
  if (existsSync(prepared)) {
    copyFolder(prepared, unfinished);
    await runUnprivileged(["initdb", "--sync-only", `--pgdata=${unfinished}`]);
  } else {
    await runUnprivileged(["initdb", `--pgdata=${unfinished}`, ...INITDB, ...SMALL]);
  }
  // A life may end within: a cluster has its name once it is whole.
  renameSync(unfinished, cluster);
  const parent = openSync(dirname(cluster), "r");
  fsyncSync(parent);
  closeSync(parent);
}

/** Makes the cluster that others are copied from, with the one database that is used. */
export async function prepareCluster() {
  if (existsSync(PREPARED)) return;
  const folder = `${PREPARED}.new`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  const cluster = join(folder, "cluster");
  await makeCluster(cluster);
  const words = ["-c", "listen_addresses=", "-c", `unix_socket_directories=${folder}`];
  const { client, ...server } = await startServer(["postgres", "-D", cluster, ...words], () =>
    connect(folder),
  );
  await client.query("UPDATE pg_database SET datistemplate = false");
  await client.query("DROP DATABASE template0");
  await client.query("DROP DATABASE postgres");
  await stopServer(server, "SIGINT");
  renameSync(folder, PREPARED);
}

/** A client of the server whose socket is in this folder. */
export async function connect(host) {
  const client = new pg.Client({ host, user: "store", database: "template1" });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

function copyFolder(from, to) {
  mkdirSync(to, { mode: 0o700 });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) copyFolder(source, target);
    else writeFileSync(target, readFileSync(source), { mode: 0o600 });
  }
}
