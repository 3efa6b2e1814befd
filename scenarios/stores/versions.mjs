// Which versions are installed: of each adapter's package, and of the engine behind it.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { version as lmdb } from "lmdb";
import { findServerProgram } from "./server.mjs";

function packageVersion(name) {
  const manifest = new URL(`node_modules/${name}/package.json`, import.meta.url);
  return `${name} ${JSON.parse(readFileSync(manifest, "utf8")).version}`;
}

function sqliteVersion() {
  const database = new Database(":memory:");
  try {
    return database.prepare("SELECT sqlite_version()").pluck().get();
  } finally {
    database.close();
  }
}

/** "Redis server v=7.0.15 ...", "postgres (PostgreSQL) 15.14 (Debian ...)". */
function serverVersion(program) {
  const path = findServerProgram(program);
  if (path === undefined) return "not installed";
  const said = execFileSync(path, ["--version"], { encoding: "utf8" });
  return /\d+\.\d+(\.\d+)?/.exec(said)?.[0] ?? said.trim();
}

/** By adapter. */
export function readVersions() {
  const node = `Node ${process.versions.node}`;
  return {
    "better-sqlite3": `SQLite ${sqliteVersion()}, ${packageVersion("better-sqlite3")}`,
    "classic-level": `LevelDB 1.20, ${packageVersion("classic-level")}`,
    lmdb: `LMDB ${lmdb.major}.${lmdb.minor}.${lmdb.patch}, ${packageVersion("lmdb")}`,
    "append-file": node,
    "rename-file": node,
    "write-file-atomic": packageVersion("write-file-atomic"),
    lowdb: `${packageVersion("lowdb")}, ${packageVersion("steno")}`,
    pino: `${packageVersion("pino")}, ${packageVersion("sonic-boom")}`,
    redis: `Redis ${serverVersion("redis-server")}`,
    postgresql: `PostgreSQL ${serverVersion("postgres")}`,
  };
}
