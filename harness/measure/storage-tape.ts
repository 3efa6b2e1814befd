// A tape of the calls that a store made to a real disk, with their times, to be played to a recording disk.
//
// While the store works a call costs little more than itself: what the crash model needs is made
// afterwards, when no time is taken any more.
import type { Clock } from "../clock.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import { RecordingDisk } from "../disk/recording-disk.ts";
import type { HistoryEvent } from "../history/history.ts";
import { STORE_DIRECTORY } from "../power/recorded-store.ts";
import type { FileId, StoragePort } from "../storage-port.ts";

/** A trace with the time of each of its events. */
export interface TimedTrace {
  readonly trace: DiskTrace;
  /** By event, in the clock's monotonic milliseconds. */
  readonly atMs: readonly number[];
}

/** One thing that happened: how it is done on the recording disk, and when it was on the real one. */
interface TapeEntry {
  readonly startMs: number;
  readonly endMs: number;
  readonly play: (player: Player) => void;
}

/** The store's directory is `STORE_DIRECTORY` to the store and on the recording disk. */
export class StorageTape {
  readonly storage: StoragePort;
  readonly #real: StoragePort;
  readonly #clock: Clock;
  readonly #base: string;
  readonly #entries: TapeEntry[] = [];
  #syncs = 0;
  #runs = true;

  /** `base` is the directory on the real disk that stands for the root of the recorded one. */
  constructor(real: StoragePort, base: string, clock: Clock) {
    this.#real = real;
    this.#base = base;
    this.#clock = clock;
    this.storage = this.#port();
  }

  /** What the harness saw, and when. */
  mark(event: HistoryEvent): void {
    const now = this.#clock.monotonicMs();
    this.#add(now, now, ({ disk }) => disk.mark(event));
  }

  /** Nothing more is taken down; the store may go on. */
  stop(): void {
    this.#runs = false;
  }

  /** The tape on a recording disk. */
  play(): TimedTrace {
    const player = new Player();
    for (const entry of this.#entries) player.take(entry);
    return { trace: player.disk.trace, atMs: player.atMs };
  }

  #port(): StoragePort {
    const real = this.#real;
    const at = (path: string): string => this.#base + path;
    return {
      ...this.#nameCalls(at),
      ...this.#fileCalls(),
      list: (directory) => real.list(at(directory)),
      lock: (directory) => real.lock(at(directory)),
      open: (path, mode) => {
        const opened: { id?: FileId } = {};
        const play: TapeEntry["play"] = ({ files, disk }) =>
          files.set(opened.id ?? -1, disk.open(path, mode));
        const id = this.#done(() => real.open(at(path), mode), play);
        opened.id = id;
        return id;
      },
      size: (file) => real.size(file),
      read: (file, bytes, position) => real.read(file, bytes, position),
      write: (file, bytes, position) => this.#write(file, bytes, position),
      syncDataLater: (file) => this.#syncLater(file),
    };
  }

  #nameCalls(
    at: (path: string) => string,
  ): Pick<StoragePort, "makeDirectory" | "syncDirectory" | "rename" | "remove"> {
    const real = this.#real;
    const named = (call: "makeDirectory" | "syncDirectory" | "remove", path: string): void =>
      this.#done(
        () => real[call](at(path)),
        ({ disk }) => disk[call](path),
      );
    return {
      makeDirectory: (path) => named("makeDirectory", path),
      syncDirectory: (path) => named("syncDirectory", path),
      remove: (path) => named("remove", path),
      rename: (from, to) =>
        this.#done(
          () => real.rename(at(from), at(to)),
          ({ disk }) => disk.rename(from, to),
        ),
    };
  }

  #fileCalls(): Pick<StoragePort, "close" | "truncate" | "sync" | "syncData"> {
    const real = this.#real;
    const on = (call: "close" | "sync" | "syncData", file: FileId): void =>
      this.#done(
        () => real[call](file),
        (player) => player.disk[call](player.file(file)),
      );
    return {
      close: (file) => on("close", file),
      sync: (file) => on("sync", file),
      syncData: (file) => on("syncData", file),
      truncate: (file, size) =>
        this.#done(
          () => real.truncate(file, size),
          (player) => player.disk.truncate(player.file(file), size),
        ),
    };
  }

  /** What throws changed nothing, as far as anybody knows; the measurement ends with it. */
  #done<T>(perform: () => T, play: TapeEntry["play"]): T {
    const startMs = this.#clock.monotonicMs();
    const result = perform();
    this.#add(startMs, this.#clock.monotonicMs(), play);
    return result;
  }

  #write(file: FileId, bytes: Uint8Array, position: number): number {
    const startMs = this.#clock.monotonicMs();
    const taken = this.#real.write(file, bytes, position);
    const endMs = this.#clock.monotonicMs();
    // The store may use its buffer again, and `slice` of a Buffer is no copy.
    const copy = new Uint8Array(bytes.subarray(0, taken));
    this.#add(startMs, endMs, (player) => player.disk.write(player.file(file), copy, position));
    return taken;
  }

  /** Its start and its end are entries of their own: others come between them. */
  async #syncLater(file: FileId): Promise<void> {
    this.#syncs += 1;
    const number = this.#syncs;
    const begun = this.#clock.monotonicMs();
    const settled = this.#real.syncDataLater(file);
    this.#add(begun, begun, (player) => player.beginSync(number, file));
    await settled;
    const ended = this.#clock.monotonicMs();
    this.#add(ended, ended, (player) => player.endSync(number));
  }

  #add(startMs: number, endMs: number, play: TapeEntry["play"]): void {
    if (this.#runs) this.#entries.push({ startMs, endMs, play });
  }
}

/** Does what is on a tape on a recording disk. */
class Player {
  readonly disk: RecordingDisk;
  readonly files = new Map<FileId, FileId>();
  readonly atMs: number[] = [];
  readonly #syncs = new Map<number, () => void>();
  #number = 0;

  constructor() {
    this.disk = new RecordingDisk({
      directory: STORE_DIRECTORY,
      scheduler: (complete) => void this.#syncs.set(this.#number, complete),
    });
  }

  take({ startMs, endMs, play }: TapeEntry): void {
    const { events } = this.disk.trace;
    const before = events.length;
    play(this);
    for (const event of events.slice(before)) {
      this.atMs.push(event.kind === "start" ? startMs : endMs);
    }
  }

  file(id: FileId): FileId {
    const file = this.files.get(id);
    if (file === undefined) throw new Error(`file ${id} was never opened`);
    return file;
  }

  beginSync(number: number, file: FileId): void {
    this.#number = number;
    // It settles when the tape says so; nobody waits for it.
    void this.disk.syncDataLater(this.file(file));
  }

  endSync(number: number): void {
    this.#syncs.get(number)?.();
    this.#syncs.delete(number);
  }
}
