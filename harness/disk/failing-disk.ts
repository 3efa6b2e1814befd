// A disk of which a call fails, as an I/O failure says; the trace and the page cache show what that leaves.
//
// A call that fails does nothing, but for these. A failed sync is in the trace, and leaves the page
// cache as the failure says. A short write takes half. A disk that stays full takes half of the first
// write that comes to it, and from then on fails whatever needs space: what makes a name, and writes.
// (Space is needed to sync as well where blocks are found late; name such a sync to have that.)
// A call to which the failure cannot happen is left alone, and it does not strike there: ENOSPC where
// a file is opened that exists, a short write of one byte, a plain sync that should be slow.
//
// An error of the page cache is told once to each descriptor that was open when it arose, at its next
// sync, which binds nothing; a file opened later never tells it. So does Linux (errseq_t), see
// Rebello et al., "Can Applications Recover from fsync Failures?", USENIX ATC 2020.
import type { FileId, StoragePort } from "../storage-port.ts";
import { type DiskCall, DiskError, type SystemErrorCode, systemError } from "./disk-error.ts";
import type { SyncFailure } from "./disk-trace.ts";
import type { Inode } from "./image.ts";
import {
  type FileCall,
  interceptedStorage,
  type StorageCall,
  type StorageInterceptor,
} from "./intercepted-storage.ts";
import { type FailureKind, formatIoFailure, type IoFailure } from "./io-failure.ts";
import { QuietTime } from "./quiet-time.ts";
import type { RecordingDisk } from "./recording-disk.ts";

/** The disk as the store sees it. */
export interface FailingDisk {
  readonly storage: StoragePort;
  /** What lasts is over. A failure that has not struck yet may still do so. */
  mend(): void;
}

/**
 * Lets the n-th such call from now on fail. `told` is called once, when it strikes, with the failure
 * as text.
 */
export function failingDisk(
  disk: RecordingDisk,
  failure: IoFailure,
  told: (text: string) => void,
): FailingDisk {
  const fault = new DiskFault(disk, failure, told);
  return { storage: interceptedStorage(disk, fault), mend: () => fault.mend() };
}

/** How a sync ends: what the trace is to hold, and what the caller is told. */
interface SyncEnd {
  readonly failed?: SyncFailure;
  readonly told?: SystemErrorCode;
}

interface OpenFile {
  readonly inode: Inode;
  /** An error of the page cache that its next sync is to tell. */
  owed: SystemErrorCode | undefined;
}

class DiskFault implements StorageInterceptor {
  readonly #disk: RecordingDisk;
  readonly #failure: IoFailure;
  readonly #told: (text: string) => void;
  readonly #quiet = new QuietTime();
  readonly #files = new Map<FileId, OpenFile>();
  #calls = 0;
  #state: "waiting" | "struck" | "over" = "waiting";
  #hasFilled = false;

  constructor(disk: RecordingDisk, failure: IoFailure, told: (text: string) => void) {
    this.#disk = disk;
    this.#failure = failure;
    this.#told = told;
  }

  mend(): void {
    if (this.#state === "struck") this.#state = "over";
  }

  call<T>(made: StorageCall, perform: () => T): T {
    const { kind } = this.#failure;
    if (this.#strikes(made) && isError(kind)) {
      if (made.name === "syncDirectory") {
        this.#disk.failSyncDirectory(made.path, { code: kind, cache: "kept" });
      }
      throw systemError(kind, diskCall(made));
    }
    const result = perform();
    if (made.name === "open" && typeof result === "number") {
      this.#files.set(result, { inode: this.#disk.inodeOf(result), owed: undefined });
    }
    if (made.name === "close" && made.file !== undefined) this.#files.delete(made.file);
    return result;
  }

  write(made: FileCall, bytes: Uint8Array, perform: (part: Uint8Array) => number): number {
    if (!this.#strikes(made, bytes.length)) return perform(bytes);
    const { kind, lasts } = this.#failure;
    const fills = kind === "ENOSPC" && lasts && !this.#hasFilled && bytes.length > 1;
    this.#hasFilled = true;
    if (isError(kind) && !fills) throw systemError(kind, diskCall(made));
    return perform(bytes.subarray(0, bytes.length >> 1));
  }

  sync(made: FileCall, perform: () => void): void {
    const strikes = this.#strikes(made);
    this.#interrupt(strikes, made);
    const { failed, told } = this.#syncEnd(strikes, made.file);
    if (failed === undefined) {
      perform();
    } else {
      this.#disk.failSync(made.name === "sync" ? "fsync" : "fdatasync", made.file, failed);
    }
    if (told !== undefined) throw systemError(told, diskCall(made));
  }

  async syncLater(made: FileCall): Promise<void> {
    const strikes = this.#strikes(made);
    this.#interrupt(strikes, made);
    const isSlow = strikes && this.#failure.kind === "slow";
    const ended = isSlow ? undefined : this.#quiet.begun();
    let told: SystemErrorCode | undefined;
    await this.#disk.syncLater(made.file, {
      scheduler: isSlow ? this.#quiet.scheduler : undefined,
      outcome: () => {
        ended?.();
        const end = this.#syncEnd(strikes, made.file);
        told = end.told;
        return end.failed;
      },
    });
    if (told !== undefined) throw systemError(told, diskCall(made));
  }

  /** Whether this call fails; says so when the first one does. */
  #strikes(made: StorageCall, bytes = 0): boolean {
    this.#quiet.called();
    const { call, n, kind, lasts } = this.#failure;
    const isNamed = (made.name === "syncDataLater" ? "syncData" : made.name) === call;
    if (isNamed) this.#calls += 1;
    if (this.#state === "over" || !canHappen(kind, made, bytes)) return false;
    if (this.#state === "struck") {
      return lasts && (isNamed || (kind === "ENOSPC" && this.#needsSpace(made)));
    }
    const isDue = isNamed && (this.#calls === n || (lasts && this.#calls > n));
    if (isDue) {
      this.#state = "struck";
      this.#told(formatIoFailure(this.#failure));
    }
    return isDue;
  }

  /** Syncs need none, or needed it when what they sync was written. */
  #needsSpace({ name, path }: StorageCall): boolean {
    switch (name) {
      case "open":
      case "write":
      case "rename":
        return true;
      case "makeDirectory":
        return !this.#isDirectory(path);
      case "close":
      case "truncate":
      case "sync":
      case "syncData":
      case "syncDataLater":
      case "syncDirectory":
      case "remove":
        return false;
    }
  }

  #isDirectory(path: string): boolean {
    try {
      this.#disk.list(path);
      return true;
    } catch (error) {
      if (error instanceof DiskError) return false;
      throw error;
    }
  }

  /** A signal that comes before a sync has begun leaves the page cache as it is. */
  #interrupt(strikes: boolean, made: FileCall): void {
    const { kind } = this.#failure;
    if (strikes && kind === "EINTR") throw systemError(kind, diskCall(made));
  }

  #syncEnd(strikes: boolean, file: FileId): SyncEnd {
    const { kind, cache } = this.#failure;
    const open = this.#files.get(file);
    const owed = open?.owed;
    if (open !== undefined) open.owed = undefined;
    if (!strikes || !isError(kind)) {
      // What it wrote may well be on the disk, but nobody was told so.
      return owed === undefined ? {} : { failed: { code: owed, cache: "kept" }, told: owed };
    }
    const isLate = cache === "late";
    for (const [other, each] of this.#files) {
      const isTold = other === file && !(isLate && owed === undefined);
      if (each.inode === open?.inode && !isTold) each.owed = kind;
    }
    const failed: SyncFailure = { code: kind, cache: isLate ? "kept" : cache };
    if (!isLate) return { failed, told: kind };
    return owed === undefined ? { failed } : { failed, told: owed };
  }
}

type ErrorKind = Exclude<FailureKind, "short" | "slow">;

function isError(kind: FailureKind): kind is ErrorKind {
  return kind !== "short" && kind !== "slow";
}

function canHappen(kind: FailureKind, made: StorageCall, bytes: number): boolean {
  switch (kind) {
    case "EIO":
    case "EINTR":
      return true;
    case "ENOSPC":
      return made.name !== "open" || made.mode === "create";
    case "short":
      return bytes > 1;
    case "slow":
      return made.name === "syncDataLater";
  }
}

const SYSCALLS: { readonly [name in StorageCall["name"]]: string } = {
  makeDirectory: "mkdir",
  open: "open",
  close: "close",
  write: "write",
  truncate: "ftruncate",
  sync: "fsync",
  syncData: "fdatasync",
  syncDataLater: "fdatasync",
  syncDirectory: "fsync",
  rename: "rename",
  remove: "unlink",
};

function diskCall({ name, path }: StorageCall): DiskCall {
  return { syscall: SYSCALLS[name], path };
}
