// What was found out by hand of the convictions on docs/stores.md: a conviction without an entry is listed as unchecked.

const ALICE = "https://www.usenix.org/conference/osdi14/technical-sessions/presentation/pillai";
const EXT4_RENAME = "https://lwn.net/Articles/322823/";
const FSYNC = "https://man7.org/linux/man-pages/man2/fsync.2.html";

export const findings = [
  {
    stores: ["leveldb/sync", "leveldb/default"],
    faults: ["power"],
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
    faults: ["power"],
    title: "LMDB by lmdb-js: a new environment may crash each process that opens it",
    explanation:
      "Nothing was acknowledged yet. A new environment begins with one write of two pages, each a meta page. " +
      "Kept: the first page; lost: the second, and with it the file's size beyond 4096 bytes. Each later open ends the process with SIGSEGV. " +
      "Checked by hand: `truncate -s 4096 data.mdb` of a sound environment, and opening it, ends Node 20 with signal 11; so does a file of 4096 zeros. " +
      "No sync prevents it, only another order: a whole file under another name, renamed. A kill within that write may leave the same, between two pages.",
    known: [],
  },
  {
    stores: ["lowdb/default", "write-file-atomic/no-fsync"],
    faults: ["power"],
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
    faults: ["power"],
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
    stores: ["append-file/flush"],
    faults: ["power"],
    title: "A synced file whose name is not",
    explanation:
      "Kept: nothing; lost: the file's name, and with it all that was synced into it. The file is made, written and synced, and its directory is not. " +
      "An fsync of the directory before the first acknowledgement prevents it. ext4 commits the name with the file's first fsync; POSIX does not ask for it.",
    known: [FSYNC, ALICE],
  },
  {
    stores: ["pino/fsync"],
    faults: ["power"],
    title: "pino: a line that is written behind a torn one is lost with it",
    explanation:
      "The first life's last line was never acknowledged. Kept: the file's size; lost: that line's bytes, or its end, and its line feed with it. " +
      "The next life opens the file for appending and writes its first line right behind: acknowledged, synced, and on the same line as the torn one, " +
      "so that no reader of JSON lines finds it. Checked by hand: 40 zero bytes behind a sound file, and the next line is not found. A line feed at the opening of a file that does not end with one prevents it; an fsync does not.",
    known: [ALICE],
  },
  {
    stores: ["pino/async"],
    faults: ["power"],
    title: "pino: of lines that are written at once an early one may be lost, and a later one kept",
    explanation:
      "sonic-boom hands what it has buffered to the kernel in one write. Kept: the file's size, and the end of that write from offset 512; lost: its first 512 bytes, which read as zeros. " +
      "The line that begins behind them is whole and is found, the four before it are not: a hole, where the page speaks of the most recent messages alone. " +
      "No sync prevents it, since a write of several sectors is not atomic; a reader has to stop at the first line that is torn. " +
      "The ext4 of the model keeps a page whole, and these writes are shorter than one.",
    known: [ALICE],
  },
];
