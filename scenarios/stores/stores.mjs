// The stores: each with its settings, what its own documentation promises, and the page that states it.
//
// `promise.kill` and `promise.power` are what may be lost of what was acknowledged. Where the page
// says less than that nothing is lost, so does the promise: `says` has it in our words.

const NOTHING = { records: 0 };
const SINCE_OPENED = "since-barrier";
/** A page that speaks of corruption, or of no failure at all, promises nothing. */
const ANYTHING = "anything";

const PRAGMA = "https://www.sqlite.org/pragma.html#pragma_synchronous";
const LEVELDB = "https://github.com/google/leveldb/blob/main/doc/index.md#synchronous-writes";
const LEVEL = "https://github.com/Level/classic-level#writing";
const LMDB = "https://github.com/kriszyp/lmdb-js";
const NODE_FS =
  "https://nodejs.org/docs/latest-v20.x/api/fs.html#fspromisesappendfilepath-data-options";
const RENAME = "https://man7.org/linux/man-pages/man2/rename.2.html";
const ATOMIC = "https://github.com/npm/write-file-atomic#readme";
const LOWDB = "https://github.com/typicode/lowdb#features";
const PINO = "https://github.com/pinojs/pino/blob/main/docs/asynchronous.md#caveats";
const BOOM = "https://github.com/pinojs/sonic-boom#readme";
const REDIS =
  "https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/#how-durable-is-the-append-only-file";
const POSTGRESQL = "https://www.postgresql.org/docs/15";

/** "The wal-index is transient": made anew from the log after a crash. */
const WAL_INDEX = [
  { files: "*-shm", manual: "https://www.sqlite.org/walformat.html#the_wal_index_file_format" },
];

/** "The lockfile is always reset on first open of the environment." */
const LMDB_LOCK = [{ files: "lock.mdb", manual: "http://www.lmdb.tech/doc/" }];

function store(adapter, name, given) {
  const { options = {}, page, says, power, kill = NOTHING, batch = true } = given;
  // Where nothing acknowledged may be lost, every acknowledgement is a barrier.
  const durable = power.records === 0;
  const always = durable ? ["append", "batch", "close"] : [];
  const { barriers = always, volatileFiles = [], ...rest } = given;
  // Where a power cut may take what was acknowledged, no page says that a recovery ends that.
  const recovery = durable ? {} : { recoverySyncs: false };
  const killBarriers = rest.killBarriers === undefined ? {} : { killBarriers: rest.killBarriers };
  const own = { barriers, ...killBarriers, ...recovery };
  // The pages do not name a file system: it is judged on the one that most have, and told of any.
  const promise = { kill, power, ...own, batchesAtomic: batch, volatileFiles, profile: "ext4" };
  return { adapter, name, options, page, says, promise };
}

function sqlite(journal, synchronous, promised) {
  const name = `sqlite/${journal}-${synchronous}`.toLowerCase();
  return store("better-sqlite3", name, {
    options: { journal, synchronous },
    page: PRAGMA,
    volatileFiles: journal === "WAL" ? WAL_INDEX : [],
    ...promised,
  });
}

/** A server's socket holds nothing, and is made anew. */
const REDIS_SOCKET = [
  { files: "redis.sock", manual: "https://man7.org/linux/man-pages/man7/unix.7.html" },
];
const POSTGRESQL_SOCKET = [
  { files: ".s.PGSQL.*", manual: "https://man7.org/linux/man-pages/man7/unix.7.html" },
];

function redis(appendfsync, promised) {
  return {
    ...store("redis", `redis/${appendfsync}`, {
      options: { appendfsync },
      page: REDIS,
      volatileFiles: REDIS_SOCKET,
      ...promised,
    }),
    server: "redis-server",
  };
}

const WAL_WRITER_DELAY_MS = 200;

function postgresql(setting, settings, promised) {
  const every = { ...settings, wal_writer_delay: `${WAL_WRITER_DELAY_MS}ms` };
  return {
    ...store("postgresql", `postgresql/${setting}`, {
      options: { settings: every },
      volatileFiles: POSTGRESQL_SOCKET,
      ...promised,
    }),
    server: "postgres",
  };
}

const UNSYNCED_APPEND = { kill: NOTHING, power: ANYTHING, batch: false };

export const stores = [
  sqlite("WAL", "FULL", { says: "synced after each transaction: durable", power: NOTHING }),
  sqlite("WAL", "NORMAL", {
    says: "a commit may roll back after a power loss; consistent; durable across a crash of the application",
    power: SINCE_OPENED,
  }),
  sqlite("WAL", "OFF", {
    says: "safe if the application crashes; may be corrupted by a power loss",
    power: ANYTHING,
  }),
  sqlite("DELETE", "EXTRA", {
    says: "as FULL, and the directory is synced when the journal is gone: durable",
    power: NOTHING,
  }),
  sqlite("DELETE", "FULL", {
    says: "never corrupted; EXTRA is there because the last commit may roll back",
    power: { records: 1 },
  }),
  sqlite("DELETE", "NORMAL", {
    says: "a very small chance that a power failure corrupts the database, on an older file system",
    power: ANYTHING,
  }),
  sqlite("DELETE", "OFF", {
    says: "safe if the application crashes; may be corrupted by a power loss",
    power: ANYTHING,
  }),
  store("classic-level", "leveldb/sync", {
    options: { sync: true },
    page: LEVEL,
    says: "the write does not complete until the data is on disk",
    power: NOTHING,
  }),
  store("classic-level", "leveldb/default", {
    options: { sync: false },
    page: LEVELDB,
    says: "a crash of the machine may lose the last updates, a crash of the process none",
    power: SINCE_OPENED,
  }),
  store("lmdb", "lmdb/put", {
    options: { noSync: false, flushed: false },
    page: `${LMDB}#dbputkey-value-version-number-ifversion-number-promiseboolean`,
    volatileFiles: LMDB_LOCK,
    says: "once put resolves the transaction is on the medium, also after a power loss; but further down, of overlappingSync, the default: committed is not flushed",
    power: NOTHING,
  }),
  store("lmdb", "lmdb/flushed", {
    options: { noSync: false, flushed: true },
    page: `${LMDB}#dbflushed-promise`,
    volatileFiles: LMDB_LOCK,
    says: "db.flushed resolves when the last commit is synced and durable",
    power: NOTHING,
  }),
  store("lmdb", "lmdb/no-sync", {
    options: { noSync: true, flushed: false },
    page: `${LMDB}#db-options`,
    volatileFiles: LMDB_LOCK,
    says: "loss or corruption if the computer crashes",
    power: ANYTHING,
  }),
  store("append-file", "append-file/default", {
    options: { flush: false },
    page: NODE_FS,
    says: "flush is false by default: nothing is said of a crash of the system",
    ...UNSYNCED_APPEND,
  }),
  store("append-file", "append-file/flush", {
    options: { flush: true },
    page: NODE_FS,
    says: "the descriptor is flushed before it is closed",
    power: NOTHING,
    batch: false,
  }),
  store("rename-file", "rename-file/default", {
    options: { flush: false },
    page: RENAME,
    says: "rename replaces the old file atomically; nothing is said of a crash of the system",
    power: ANYTHING,
  }),
  store("rename-file", "rename-file/flush", {
    options: { flush: true },
    page: RENAME,
    says: "as above, with the file flushed before",
    power: SINCE_OPENED,
  }),
  store("write-file-atomic", "write-file-atomic/default", {
    options: { fsync: true },
    page: ATOMIC,
    says: "replaces the file atomically; fsync is true by default",
    power: SINCE_OPENED,
  }),
  store("write-file-atomic", "write-file-atomic/no-fsync", {
    options: { fsync: false },
    page: ATOMIC,
    says: "replaces the file atomically, without the fsync",
    power: SINCE_OPENED,
  }),
  store("lowdb", "lowdb/default", {
    page: LOWDB,
    says: "safe atomic writes",
    power: SINCE_OPENED,
  }),
  store("pino", "pino/fsync", {
    options: { sync: true, fsync: true, minLength: 0 },
    page: BOOM,
    says: "fsync every time a write is completed",
    power: NOTHING,
    batch: false,
  }),
  store("pino", "pino/sync", {
    options: { sync: true, fsync: false, minLength: 0 },
    page: PINO,
    says: "written by a blocking call as it is logged",
    ...UNSYNCED_APPEND,
  }),
  store("pino", "pino/async", {
    options: { sync: false, fsync: false, minLength: 4096 },
    page: PINO,
    says: "the most recently buffered messages may be lost",
    kill: SINCE_OPENED,
    power: SINCE_OPENED,
    killBarriers: ["sync"],
    batch: false,
  }),
  redis("always", {
    says: "synced before the replies are sent",
    power: NOTHING,
  }),
  redis("everysec", {
    says: "synced every second: you may lose one second of data; redis.conf: a single write if the process fails",
    kill: { records: 1 },
    power: { milliseconds: 1000 },
  }),
  redis("no", {
    says: "never synced; the kernel writes, usually within 30 seconds; redis.conf: a single write if the process fails",
    kill: { records: 1 },
    power: SINCE_OPENED,
  }),
  postgresql(
    "on",
    { synchronous_commit: "on" },
    {
      page: `${POSTGRESQL}/wal-async-commit.html`,
      says: "the log is flushed to permanent storage before the commit is reported",
      power: NOTHING,
    },
  ),
  postgresql(
    "off",
    { synchronous_commit: "off" },
    {
      page: `${POSTGRESQL}/wal-async-commit.html`,
      says: "the last transactions may be lost, of three times wal_writer_delay (200 ms here); never corrupted",
      kill: { milliseconds: 3 * WAL_WRITER_DELAY_MS },
      power: { milliseconds: 3 * WAL_WRITER_DELAY_MS },
      barriers: ["sync", "close"],
    },
  ),
  postgresql(
    "fsync-off",
    { synchronous_commit: "on", fsync: "off" },
    {
      page: `${POSTGRESQL}/runtime-config-wal.html#GUC-FSYNC`,
      says: "a crash of the system may corrupt the data beyond recovery, a crash of the server alone not",
      power: ANYTHING,
    },
  ),
];
