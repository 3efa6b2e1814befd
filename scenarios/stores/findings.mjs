// What was found out by hand of the convictions on docs/stores.md: a conviction without an entry is listed as unchecked.

const ALICE = "https://www.usenix.org/conference/osdi14/technical-sessions/presentation/pillai";
const EXT4_RENAME = "https://lwn.net/Articles/322823/";
const PRAGMA = "https://www.sqlite.org/pragma.html#pragma_synchronous";
const FSYNC_FAILURES = "https://www.usenix.org/conference/atc20/presentation/rebello";
const FSYNC = "https://man7.org/linux/man-pages/man2/fsync.2.html";

/** `rare`: met with some seeds only, and so told also where the run on the page did not meet it. */
export const findings = [
  {
    stores: ["sqlite/delete-normal"],
    faults: ["power", "io-error"],
    rare: true,
    title: "SQLite, DELETE and NORMAL: the chance of corruption that its page speaks of",
    explanation:
      "Held against it is nothing: the page says that there is such a chance. Kept: the header of the rollback journal, which counts two pages, " +
      "and the journal's size; lost: one block of it, from the second page's number on, whose bytes there read as zeros. " +
      "A journal's checksum adds up one byte in 200, which are zeros in page 1 of a small database, so the block of zeros is taken for the page: " +
      "the rollback writes it over page 1, the journal is deleted, and `SQLITE_NOTADB` (file is not a database) is what each later open says. " +
      "FULL syncs the journal before its header counts the pages; NORMAL writes both and syncs once. An fdatasync of the journal before that write prevents it, which is FULL, SQLite's default. " +
      "Checked by hand: the bytes of one artifact; four more, of other seeds, were replayed and lose the same block, in the first or the second life. " +
      "The page says 'on an older filesystem'; ext4 as modelled here, where a file's size may come before its bytes, is one.",
    known: [PRAGMA],
  },
  {
    stores: ["leveldb/sync", "leveldb/default"],
    faults: ["power", "io-error"],
    title: "LevelDB 1.20: a new database may never open again",
    explanation:
      "Nothing was acknowledged yet. Kept: `CURRENT`, which names `MANIFEST-000001`, and the name of that file; lost: its content. " +
      "`DBImpl::NewDB` writes the manifest and closes it without a sync, then `SetCurrentFile` syncs and renames the file that names it. " +
      "Each later open is refused (`LEVEL_DATABASE_NOT_OPEN`) until someone deletes the directory. " +
      "An fdatasync of the manifest before the rename prevents it. Read in db/db_impl.cc of the 1.20 that classic-level 3.0.0 brings along; " +
      "LevelDB's main branch has that sync by now.",
    known: ["https://github.com/google/leveldb/blob/main/db/db_impl.cc", ALICE],
  },
  {
    stores: ["lmdb/put", "lmdb/flushed", "lmdb/no-sync"],
    faults: ["power", "io-error"],
    title: "LMDB by lmdb-js: a new environment may crash each process that opens it",
    explanation:
      "Nothing was acknowledged yet. A new environment begins with one write of two pages, each a meta page. " +
      "Kept: the first page; lost: the second, and with it the file's size beyond 4096 bytes. Each later open ends the process with SIGSEGV. " +
      "Checked by hand: `truncate -s 4096 data.mdb` of a sound environment, and opening it, ends Node 20 with signal 11, on the same boot of the machine and on another; so does a file of 4096 zeros. " +
      "No sync prevents it, only another order: a whole file under another name, renamed. A kill within that write may leave the same, between two pages.",
    known: [],
  },
  {
    stores: ["lmdb/put", "lmdb/flushed"],
    faults: ["power", "io-error"],
    rare: true,
    title:
      "LMDB by lmdb-js: after a power cut in its first commit, the next commit may be acknowledged and lost",
    explanation:
      "lmdb-js writes a meta page for what is committed and another one for what is flushed, and reads in `/proc/sys/kernel/random/boot_id` whether the machine has booted since: " +
      "then it goes back to the flushed one (`mdb_pick_meta` in `mdb.c` of its own LMDB). So our recoveries of a power cut show it another boot. " +
      "The first transaction was committed, not flushed, and never acknowledged. Kept: its meta page; the other one is the empty database's. Opened on another boot it is empty, which is right. " +
      "But then one value is put, `put` and `flushed` resolve, the database is closed, and opened again it is empty, with no crash between: on the disk the new transaction has the number 0, " +
      "and the meta page without it 2^64 - 1, which is newer. From the second put on all are found. No sync prevents it. " +
      "Checked by hand: on the files of two artifacts with the boot's number in them changed, so that no namespace was needed. " +
      "The rest of these rows is hidden behind the crash at the opening, above: with a whole environment put in place before the first life (five trials, 155 disks) `flushed` held, and `put` was convicted of this alone.",
    known: ["https://github.com/kriszyp/lmdb-js"],
  },
  {
    stores: ["lowdb/default", "write-file-atomic/no-fsync"],
    faults: ["power", "io-error"],
    title: "A file that is renamed before it is synced may be empty",
    explanation:
      "Kept: the new name; lost: the content behind it, so that the file is empty or torn, and the old content is gone too. " +
      "steno 4, which lowdb writes with, and write-file-atomic with `fsync: false` (lib/index.js) write a file beside the old one and rename it over that, with no fsync between. " +
      "Both pages promise that a write is atomic, and across a power cut it is not. An fdatasync of the new file before the rename prevents it. " +
      "lowdb then refuses to open, on either kind of disk. The lines of the other adapter read an empty file as no record, which the promise allows; " +
      "it is convicted where space that was never synced may hold bytes of something else, as POSIX allows and ext4 does not: " +
      "records.txt has its name and its size, and strange bytes, which are read as records that nobody wrote. " +
      "On ext4 `auto_da_alloc` writes the data at such a rename out early in most cases; it is an option, a heuristic, and no promise, so the model does not count on it.",
    known: [EXT4_RENAME, ALICE],
  },
  {
    stores: ["redis/always", "redis/everysec", "redis/no"],
    faults: ["power", "io-error"],
    title: "Redis 7.0: an append only file whose size came before its bytes is refused",
    explanation:
      "Kept: the size of `appendonly.aof.1.incr.aof`; lost: the bytes of the first command in it, which read as zeros. " +
      "Redis then does not start (`Bad file format reading the append only file`) until someone runs redis-check-aof on the file. " +
      "`aof-load-truncated yes`, the default, forgives a tail that is cut short, and not one of zeros, though the command behind it was never acknowledged. " +
      "Checked by hand: redis-server 7.0.15 on the directory of the artifact, with 57 zero bytes in that file, ends so. " +
      "The size of a file may come before its bytes on ext4 too (docs/crash-model.md). An fsync does not prevent it: the power fails before its end; " +
      "a reader that takes zeros at the end for a torn tail does.",
    known: ["https://github.com/redis/redis/blob/7.0/redis.conf"],
  },
  {
    stores: ["redis/everysec"],
    faults: ["kill"],
    rare: true,
    title: "Redis 7.0, everysec: while a sync is under way, nothing is written",
    explanation:
      "Replies are sent as always, and the commands stay in the process's buffer: `flushAppendOnlyFile` (src/aof.c) puts its write off for up to two seconds " +
      "as long as the sync of the second before has not ended. A kill then takes all of them, not the single write of which redis.conf speaks. " +
      "Seen in one of 30 trials, on a busy machine: of three acknowledged commands the file held one, and the process was killed about a second after its start. That a sync was under way then is read from the source, not seen. With `always` and `no` nothing is put off.",
    known: ["https://github.com/redis/redis/blob/7.0/src/aof.c"],
  },
  {
    stores: ["append-file/flush"],
    faults: ["power", "io-error"],
    title: "A synced file whose name is not",
    explanation:
      "Kept: nothing; lost: the file's name, and with it all that was synced into it. The file is made, written and synced, and its directory is not. " +
      "An fsync of the directory before the first acknowledgement prevents it. ext4 commits the name with the file's first fsync; POSIX does not ask for it.",
    known: [FSYNC, ALICE],
  },
  {
    stores: ["pino/fsync"],
    faults: ["power", "io-error"],
    title: "pino: a line that is written behind a torn one is lost with it",
    explanation:
      "The first life's last line was never acknowledged. Kept: the file's size; lost: that line's bytes, or its end, and its line feed with it. " +
      "The next life opens the file for appending and writes its first line right behind: acknowledged, synced, and on the same line as the torn one, " +
      "so that no reader of JSON lines finds it. Checked by hand: 40 zero bytes behind a sound file, and the next line is not found. A line feed at the opening of a file that does not end with one prevents it; an fsync does not.",
    known: [ALICE],
  },
  {
    stores: ["pino/async"],
    faults: ["power", "io-error"],
    title: "pino: early lines may be lost, and later ones kept",
    explanation:
      "The page says that the most recently buffered messages may be lost when the power fails. Kept: the file's size, and a later page of it (on POSIX a later sector); " +
      "lost: an earlier one, which reads as zeros. The lines behind it are whole and are found, those in it are not: a hole, where the page speaks of the most recent messages alone. " +
      "Nothing is ever synced, so a file of two pages may lose its first; nor would one sync at the end of a write prevent it, since a write of several sectors is not atomic. " +
      "A reader has to stop at the first line that is torn. A second life's first line behind a torn one is lost with it, as above.",
    known: [ALICE],
  },
  {
    stores: ["sqlite/wal-full", "sqlite/wal-normal"],
    faults: ["io-error"],
    rare: true,
    title: "SQLite, WAL: frames of a failed fsync are believed when the database is opened again",
    explanation:
      "The fsync of `store.db-wal` fails: with FULL at a commit, which is told (`SQLITE_IOERR_FSYNC`); with NORMAL also at the checkpoint of a close, which is told to nobody by better-sqlite3: `close` returns. " +
      "The next life reads the frames back from the page cache, where they are sound, and writes behind them. Its own fsync succeeds and writes none of the old pages, which the kernel took for clean. " +
      "Kept: the later frames; lost: a block of the earlier ones. The chain of checksums breaks there, so that a commit that was acknowledged with FULL is gone; " +
      "or the checkpoint has begun to write pages into the database that the log no longer backs, and `SQLITE_CORRUPT` is what each later open says. " +
      "No sync prevents it; writing the log again, before it is believed, does. DELETE mode held in these runs.",
    known: [FSYNC_FAILURES, PRAGMA],
  },
  {
    stores: ["redis/always", "redis/everysec", "redis/no"],
    faults: ["io-error"],
    rare: true,
    title:
      "Redis 7.0: a manifest whose directory could not be synced is believed at the next start",
    explanation:
      "The fsync of `appendonlydir` behind the rename of `appendonly.aof.manifest` fails, and the server ends, as it should. The next start finds the manifest, loads it, " +
      "and syncs the directory no more. Kept: everything else; lost: the manifest's name, and with it all that the new life acknowledged: the server starts empty. " +
      "An fsync of the directory before the first reply of the new life prevents it. " +
      "With `always` a failed fdatasync of the file itself ends the server, since redis#8347, and nothing acknowledged was lost.",
    known: [
      "https://github.com/redis/redis/pull/8347",
      "https://github.com/redis/redis/issues/8111",
      FSYNC_FAILURES,
    ],
  },
];
