// The subject: the store under test, as the harness sees it.
import type { Clock } from "./clock.ts";
import type { StoragePort } from "./storage-port.ts";

/** A value that survives JSON unchanged. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

/** A store that is a JavaScript module: a built-in (`ackproof:wal`) or a module's path. */
export interface ModuleReference {
  readonly module: string;
  /** The export that holds the subject; `default` where it is left out. */
  readonly export?: string;
  readonly options?: { readonly [key: string]: Json };
}

/**
 * A store that is any program: one command that writes, one that recovers, each a program and its
 * arguments; no shell reads them. Relative paths begin at the current directory.
 */
export interface CommandReference {
  readonly command: { readonly write: readonly string[]; readonly recover: readonly string[] };
  readonly options?: { readonly [key: string]: Json };
}

/** Names a subject in a way that crosses a process. */
export type SubjectReference = ModuleReference | CommandReference;

/** True where the subject is a program and not a module. */
export function isCommand(reference: SubjectReference): reference is CommandReference {
  return "command" in reference;
}

/** Waits that a store makes. */
export interface Timer {
  /** Settles when so many microseconds have passed. */
  after(micros: number): Promise<void>;
}

/** What the subject may use instead of the machine, so that its calls can be counted and failed. */
export interface SubjectPorts {
  readonly storage: StoragePort;
  readonly clock: Clock;
  /**
   * Waits in virtual time, where the store runs on a disk in memory: a store that waits by it is recorded
   * at once, in an order that a seed decides. Left out where real time passes.
   */
  readonly timer?: Timer;
}

/** The options a subject is opened with: the reference's own, the trial's, and the sync mode. */
export interface SubjectOptions {
  readonly mode: string;
  readonly [key: string]: Json;
}

export type MaybePromise<T> = T | Promise<T>;

/** A log sequence number, where the store gives one: a safe integer that grows. */
export type Lsn = number;

/** An open store. A member that a store lacks is an operation that its workloads leave out. */
export interface OpenStore {
  append(payload: Uint8Array): MaybePromise<Lsn | undefined>;
  /** All or nothing. */
  batch?(payloads: readonly Uint8Array[]): MaybePromise<readonly Lsn[] | undefined>;
  checkpoint?(): MaybePromise<Lsn | undefined>;
  sync?(): MaybePromise<void>;
  /** Drops what lies before the last checkpoint. */
  truncate?(): MaybePromise<void>;
  close(): MaybePromise<void>;
}

/** One value that recovery found. */
export interface FoundValue {
  readonly payload: Uint8Array;
  readonly lsn?: Lsn;
}

/** A store written as a JavaScript module. */
export interface Subject {
  open(directory: string, options: SubjectOptions, ports: SubjectPorts): MaybePromise<OpenStore>;
  /** Opens the store as after a crash and gives back every value, in log order. */
  recover(
    directory: string,
    options: SubjectOptions,
    ports: SubjectPorts,
  ): MaybePromise<Iterable<FoundValue> | AsyncIterable<FoundValue>>;
}
