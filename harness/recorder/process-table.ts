// The process table: which thread has which descriptors, working directory and mappings.
import type { LiveDirectory } from "../disk/name-tree.ts";
import { hasFlagAnywhere, refusal, returned } from "./call-arguments.ts";
import type { DescriptorTable } from "./open-files.ts";
import type { TracedCall } from "./traced-call.ts";

/** Where relative paths start. */
export type StartingPoint =
  | { readonly kind: "inside"; readonly node: LiveDirectory }
  | { readonly kind: "outside"; readonly path: string };

/** A shared mapping of a file in the recorded directory that nobody may write yet. */
interface Mapping {
  readonly from: number;
  readonly until: number;
}

/** One thread; what it shares with others is the same object. */
export interface TracedThread {
  /** The same for all threads of a process. */
  readonly process: object;
  descriptors: DescriptorTable;
  directory: { at: StartingPoint };
  memory: { shared: readonly Mapping[] };
}

/** More threads at once than this are refused. */
const THREADS_MAX = 10_000;

/** Every thread of the subject that is alive. */
export class ProcessTable {
  readonly #threads = new Map<number, TracedThread>();

  /** The first thread of all. */
  begin(thread: number, first: TracedThread): void {
    this.#threads.set(thread, first);
  }

  threadOf(call: TracedCall): TracedThread {
    const thread = this.#threads.get(call.thread);
    if (thread === undefined) {
      throw refusal(call, "was made by a thread that the trace never saw started");
    }
    return thread;
  }

  /** clone, clone3, fork and vfork. What the child does may be traced before its parent's call ends. */
  clone(call: TracedCall): void {
    const child = returned(call);
    if (child === undefined || child === 0) return;
    if (this.#threads.size >= THREADS_MAX) {
      throw refusal(call, `started a thread when ${THREADS_MAX} were alive`);
    }
    const parent = this.threadOf(call);
    const shares = (flag: string): boolean => hasFlagAnywhere(call, flag);
    const sharesMemory = shares("CLONE_VM") || call.name === "vfork";
    this.#threads.set(child, {
      process: shares("CLONE_THREAD") ? parent.process : {},
      descriptors: shares("CLONE_FILES") ? parent.descriptors : parent.descriptors.copy(),
      directory: shares("CLONE_FS") ? parent.directory : { ...parent.directory },
      memory: sharesMemory ? parent.memory : { ...parent.memory },
    });
  }

  /** execve and execveat, once they succeeded: of the process's threads one is left, whatever its number. */
  exec(call: TracedCall): void {
    const { process, descriptors, directory } = this.threadOf(call);
    const after = { descriptors: descriptors.afterExec(), directory: { ...directory } };
    for (const thread of this.#threads.values()) {
      if (thread.process === process) Object.assign(thread, after, { memory: { shared: [] } });
    }
  }

  /** unshare(2). */
  unshare(call: TracedCall): void {
    const thread = this.threadOf(call);
    if (hasFlagAnywhere(call, "CLONE_FILES")) thread.descriptors = thread.descriptors.copy();
    if (hasFlagAnywhere(call, "CLONE_FS")) thread.directory = { ...thread.directory };
  }

  ended(thread: number): void {
    this.#threads.delete(thread);
  }
}
