// A log-structured merge store as many engines are by default: it writes its log and never syncs it.
//
// An append goes to the log, which the kernel has when it is acknowledged, and to the memtable. A full
// memtable becomes a sorted table, which is synced before the manifest names it; then its log is
// dropped. Many tables are merged into one. Opening reads the manifest, its tables and its log, and
// writes what the log held into a table: so opening makes durable what it found.
import { crc32 } from "node:zlib";
import type { FileId, StoragePort } from "../../harness/storage-port.ts";
import type { FoundValue, OpenStore, Subject, SubjectOptions } from "../../harness/subject.ts";
import { readWhole, writeWhole } from "./whole-file.ts";

/** `flush` never syncs the log; `sync` does before it acknowledges: all that the mending takes. */
export type LsmMode = "flush" | "sync";

/** Bytes of payload in the memtable; small, so that short lives write tables. */
export const MEMTABLE_BYTES = 256;
/** More tables than this are merged into one. */
const TABLES_MAX = 3;

const MANIFEST = "MANIFEST";
const DRAFT = "MANIFEST.draft";

/** Of an entry: its checksum, its first key, the bytes of its body. */
const ENTRY_HEADER_BYTES = 12;

/** Values by their keys, which are numbers that grow. */
type Memtable = ReadonlyMap<number, Uint8Array>;

/** Which files the store is made of, by number; no number is used for two logs. */
interface Manifest {
  readonly tables: readonly number[];
  readonly log: number;
  readonly next: number;
}

export const lsmSubject: Subject = {
  open(directory, options, { storage }): OpenStore {
    const store = new LsmStore(directory, storage, options);
    return {
      append: (payload) => store.put([payload]),
      batch: (payloads) => store.put(payloads),
      checkpoint: () => store.flush(),
      close: () => store.close(),
    };
  },
  recover(directory, options, { storage }): readonly FoundValue[] {
    const store = new LsmStore(directory, storage, options);
    const found = store.values();
    store.close();
    return found;
  },
};

class LsmStore {
  readonly #directory: string;
  readonly #storage: StoragePort;
  readonly #synced: boolean;
  #manifest: Manifest = { tables: [], log: 0, next: 1 };
  #memtable = new Map<number, Uint8Array>();
  #memtableBytes = 0;
  #nextKey = 0;
  #log: FileId = -1;
  #logBytes = 0;

  constructor(directory: string, storage: StoragePort, { mode }: SubjectOptions) {
    this.#directory = directory;
    this.#storage = storage;
    this.#synced = mode === "sync";
    storage.makeDirectory(directory);
    if (storage.list(directory).includes(MANIFEST)) {
      this.#manifest = JSON.parse(String(this.#read(MANIFEST)));
    }
    // A kill may have come between the manifest's rename and its sync: what it does not name can go
    // only when it is sure to stay.
    storage.syncDirectory(directory);
    this.#removeUnnamed();
    for (const [key] of this.#tableEntries()) this.#nextKey = key + 1;
    this.#replay();
    this.flush();
  }

  /** All values in the order of their keys. */
  values(): readonly FoundValue[] {
    return [...this.#tableEntries(), ...this.#memtable].map(([, payload]) => ({ payload }));
  }

  /** Writes the payloads under the next keys, all or none: one entry, one checksum. */
  put(payloads: readonly Uint8Array[]): undefined {
    const entry = encodeEntry(this.#manifest.log, this.#nextKey, payloads);
    writeWhole(this.#storage, this.#log, { bytes: entry, position: this.#logBytes });
    this.#logBytes += entry.length;
    if (this.#synced) this.#storage.syncData(this.#log);
    this.#remember(payloads);
    if (this.#memtableBytes >= MEMTABLE_BYTES) this.flush();
  }

  /** Writes the memtable out as a table, with all others where there are many, and begins a log. */
  flush(): undefined {
    const { next, tables } = this.#manifest;
    if (this.#memtable.size === 0) {
      this.#beginLog({ tables, log: next, next: next + 1 });
      return;
    }
    const merged = tables.length >= TABLES_MAX;
    const entries = merged ? [...this.#tableEntries(), ...this.#memtable] : this.#memtable;
    this.#writeTable(next, new Map(entries));
    this.#beginLog({
      tables: merged ? [next] : [...tables, next],
      log: next + 1,
      next: next + 2,
    });
    this.#memtable = new Map();
    this.#memtableBytes = 0;
  }

  close(): void {
    this.#storage.close(this.#log);
  }

  #remember(payloads: readonly Uint8Array[]): void {
    for (const payload of payloads) {
      this.#memtable.set(this.#nextKey, payload);
      this.#memtableBytes += payload.length;
      this.#nextKey += 1;
    }
  }

  /** Whatever is not whole, or not of this log, is its torn end. */
  #replay(): void {
    const { log } = this.#manifest;
    if (log === 0) return;
    let rest: Buffer = this.#read(logName(log));
    for (let entry = decodeEntry(log, rest); entry !== undefined; entry = decodeEntry(log, rest)) {
      if (entry.key !== this.#nextKey) return;
      this.#remember(entry.payloads);
      rest = entry.rest;
    }
  }

  #tableEntries(): readonly [number, Uint8Array][] {
    return this.#manifest.tables.flatMap((table) => {
      const entry = decodeEntry(table, this.#read(tableName(table)));
      if (entry === undefined) throw new Error(`${tableName(table)} is damaged`);
      const { key, payloads } = entry;
      return payloads.map((payload, index): [number, Uint8Array] => [key + index, payload]);
    });
  }

  #writeTable(number: number, entries: Memtable): void {
    const [first = 0] = entries.keys();
    this.#writeSynced(tableName(number), encodeEntry(number, first, [...entries.values()]));
  }

  /** The manifest names a log before anything is written to it. */
  #beginLog(manifest: Manifest): void {
    const log = this.#storage.open(this.#path(logName(manifest.log)), "create");
    if (this.#log >= 0) this.#storage.close(this.#log);
    this.#log = log;
    this.#logBytes = 0;
    this.#storage.syncDirectory(this.#directory);
    this.#commit(manifest);
    this.#removeUnnamed();
  }

  #commit(manifest: Manifest): void {
    this.#writeSynced(DRAFT, Buffer.from(JSON.stringify(manifest)));
    this.#storage.rename(this.#path(DRAFT), this.#path(MANIFEST));
    this.#storage.syncDirectory(this.#directory);
    this.#manifest = manifest;
  }

  #writeSynced(name: string, bytes: Uint8Array): void {
    const file = this.#storage.open(this.#path(name), "create");
    writeWhole(this.#storage, file, { bytes, position: 0 });
    this.#storage.sync(file);
    this.#storage.close(file);
  }

  /** What a crash, or a step that is done, left behind. */
  #removeUnnamed(): void {
    const { tables, log } = this.#manifest;
    const named = new Set([MANIFEST, logName(log), ...tables.map(tableName)]);
    for (const name of this.#storage.list(this.#directory)) {
      if (!named.has(name)) this.#storage.remove(this.#path(name));
    }
  }

  #read(name: string): Buffer {
    return readWhole(this.#storage, this.#path(name));
  }

  #path(name: string): string {
    return `${this.#directory}/${name}`;
  }
}

const logName = (number: number): string => `${String(number).padStart(6, "0")}.log`;
const tableName = (number: number): string => `${String(number).padStart(6, "0")}.table`;

/** The checksum covers the file's number, so that bytes of another file never pass for this one's. */
function encodeEntry(file: number, key: number, payloads: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(
    payloads.flatMap((payload) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(payload.length);
      return [length, payload];
    }),
  );
  const entry = Buffer.concat([Buffer.alloc(ENTRY_HEADER_BYTES), body]);
  entry.writeUInt32LE(key, 4);
  entry.writeUInt32LE(body.length, 8);
  entry.writeUInt32LE(crc32(entry.subarray(4), file), 0);
  return entry;
}

interface Entry {
  readonly key: number;
  readonly payloads: readonly Uint8Array[];
  readonly rest: Buffer;
}

/** Undefined where no whole entry of this file begins. */
function decodeEntry(file: number, bytes: Buffer): Entry | undefined {
  if (bytes.length < ENTRY_HEADER_BYTES) return undefined;
  const end = ENTRY_HEADER_BYTES + bytes.readUInt32LE(8);
  if (end > bytes.length || crc32(bytes.subarray(4, end), file) !== bytes.readUInt32LE(0)) {
    return undefined;
  }
  const payloads: Uint8Array[] = [];
  for (let at = ENTRY_HEADER_BYTES; at < end; ) {
    const from = at + 4;
    at = from + bytes.readUInt32LE(at);
    payloads.push(bytes.subarray(from, at));
  }
  return { key: bytes.readUInt32LE(4), payloads, rest: bytes.subarray(end) };
}
