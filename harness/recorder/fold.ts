// The fold: what strace saw, call by call, becomes the disk trace of the recorded directory.
import { DiskError } from "../disk/disk-error.ts";
import type { DiskTrace, SyncFailure } from "../disk/disk-trace.ts";
import type { HistoryEvent } from "../history/history.ts";
import { hasFlagAnywhere, refusal } from "./call-arguments.ts";
import { edgesOf } from "./call-edges.ts";
import type {
  CallEnd,
  CallHandler,
  FinalContents,
  FoldContext,
  MarkSource,
} from "./call-handler.ts";
import { Contradiction } from "./contradiction.ts";
import { copyCalls } from "./copy-calls.ts";
import { dataCalls } from "./data-calls.ts";
import { descriptorCalls } from "./descriptor-calls.ts";
import { type FailableCall, failableAs, failsSync } from "./failable-calls.ts";
import { nameCalls } from "./name-calls.ts";
import { DescriptorTable } from "./open-files.ts";
import { PathLookup } from "./path-lookup.ts";
import { processCalls } from "./process-calls.ts";
import { ProcessTable, type TracedThread } from "./process-table.ts";
import { RecordedTree } from "./recorded-tree.ts";
import { RecorderError } from "./recorder-error.ts";
import { syncCalls } from "./sync-calls.ts";
import type { TracedCall, TracedEvent } from "./traced-call.ts";
import { volatileFiles } from "./volatile-files.ts";

/** The most memory that a recorded trace may take, in bytes. */
const TRACE_LIMIT_BYTES = 2 ** 29;
/** More calls than this may not wait for one another. */
const WAITING_MAX = 1000;

/** What was recorded, and where. */
export interface FoldRequest {
  /** In the order of their ends, as the parser tells them. */
  readonly events: readonly TracedEvent[];
  /** The recorded directory: its path without links. It becomes the root of the disk. */
  readonly directory: string;
  /**
   * The trace that is gone on with: for a first life an image of the directory, without the volatile
   * files, and no events; for a later one the life's before, whose operations may still be lost.
   */
  readonly before: DiskTrace;
  /** Patterns of the files that the subject says are rebuilt; they have no place in the trace. */
  readonly volatileFiles: readonly string[];
  /** Where the subject was started. */
  readonly workingDirectory: string;
  /** The descriptors of the pipes between harness and subject. */
  readonly channel: { readonly input: number; readonly output: number };
  /** Asked for anew by each fold. */
  readonly marks: () => MarkSource;
}

/** A trace, or why there is none: `because` completes "cannot be recorded, because ...". */
export type FoldResult =
  | {
      readonly kind: "recorded";
      readonly trace: DiskTrace;
      /** The calls that did something to the recorded directory, in the order of their effects. */
      readonly calls: readonly TracedCall[];
      /** Those that a failing disk could have made fail, in the order of their ends. */
      readonly failable: readonly FailableCall[];
    }
  | { readonly kind: "unrecordable"; readonly because: string };

/**
 * Folds a whole recording. Volatile files are left out, names and all. Where `final` is given, writes
 * that overlap and go where the last one ended are put in the order that leads to it.
 */
export function foldTrace(request: FoldRequest, final?: FinalContents): FoldResult {
  try {
    return { kind: "recorded", ...new Fold(request, final).run() };
  } catch (error) {
    if (error instanceof RecorderError && error.code === "cannot-be-recorded") {
      return { kind: "unrecordable", because: error.message };
    }
    if (error instanceof DiskError && error.code === "trace-full") {
      return { kind: "unrecordable", because: "it changes more than a recording may hold" };
    }
    throw error;
  }
}

const HANDLERS: ReadonlyMap<string, CallHandler> = new Map(
  Object.entries({
    ...nameCalls,
    ...dataCalls,
    ...copyCalls,
    ...syncCalls,
    ...processCalls,
    // Last, for its sendmsg carries descriptors too.
    ...descriptorCalls,
  }),
);

/** A call that took effect and has not ended. */
interface UnderWay {
  readonly started: readonly number[];
  readonly ended: CallEnd;
}

class Fold {
  readonly #context: FoldContext;
  readonly #request: FoldRequest;
  readonly #underWay = new Map<TracedCall, UnderWay>();
  /** Calls whose effect the state did not allow yet. */
  #waiting: readonly TracedCall[] = [];
  readonly #effective: TracedCall[] = [];
  readonly #failable: FailableCall[] = [];
  #firstThread: number | undefined;

  constructor(request: FoldRequest, final: FinalContents | undefined) {
    this.#request = request;
    const tree = new RecordedTree({
      before: request.before,
      isVolatile: volatileFiles(request.volatileFiles),
      limitBytes: TRACE_LIMIT_BYTES,
    });
    this.#context = {
      tree,
      paths: new PathLookup(request.directory, tree),
      processes: new ProcessTable(),
      marks: request.marks(),
      final,
      isLate: false,
      travelling: [],
    };
  }

  run(): Omit<Extract<FoldResult, { kind: "recorded" }>, "kind"> {
    const { tree, marks } = this.#context;
    marks.begun().forEach((mark) => tree.mark(mark));
    for (const edge of edgesOf(this.#request.events)) {
      if (edge.kind === "start") this.#start(edge.call);
      if (edge.kind === "end") this.#end(edge.call);
      if (edge.kind === "gone") this.#gone(edge.event);
    }
    return { trace: tree.trace, calls: this.#effective, failable: this.#failable };
  }

  #start(call: TracedCall): void {
    if (this.#firstThread === undefined) this.#begin(call.thread);
    if (call.result.kind === "error" && !failsSync(call)) return;
    if (call.result.kind === "none") {
      this.#requireHarmless(call);
      return;
    }
    this.#waiting = [...this.#waiting, call];
    if (this.#waiting.length > WAITING_MAX) throw refusal(call, "waits for too many others");
    this.#tryWaiting();
  }

  /** The first thread has the pipes. */
  #begin(thread: number): void {
    this.#firstThread = thread;
    const { channel, directory, workingDirectory } = this.#request;
    const descriptors = new DescriptorTable();
    descriptors.set(channel.input, { kind: "input" });
    descriptors.set(channel.output, { kind: "output" });
    this.#context.processes.begin(thread, {
      process: {},
      descriptors,
      directory: {
        at:
          workingDirectory === directory
            ? { kind: "inside", node: this.#context.tree.root }
            : { kind: "outside", path: workingDirectory },
      },
      memory: { shared: [] },
    });
  }

  /** Lets each waiting call take effect that can, and those after it that it made possible. */
  #tryWaiting(): void {
    for (let left = this.#waiting.length + 1; left > this.#waiting.length; ) {
      left = this.#waiting.length;
      this.#waiting = this.#waiting.filter((call) => !this.#tryCall(call));
      if (this.#waiting.length === 0) return;
    }
  }

  #tryCall(call: TracedCall): boolean {
    try {
      this.#takeEffect(call);
      return true;
    } catch (error) {
      if (error instanceof Contradiction) return false;
      throw error;
    }
  }

  #takeEffect(call: TracedCall): void {
    const handler = HANDLERS.get(call.name);
    if (handler === undefined) throw refusal(call, "is a call that the recorder does not know");
    const { tree, processes } = this.#context;
    const ended = handler(call, processes.threadOf(call), this.#context);
    const started = tree.takeStarted();
    if (started.length > 0) this.#effective.push(call);
    this.#underWay.set(call, { started, ended });
  }

  #end(call: TracedCall): void {
    if (this.#waiting.includes(call)) this.#giveUp(call);
    const { tree } = this.#context;
    this.#noteFailable(call).forEach((mark) => tree.mark(mark));
    const underWay = this.#underWay.get(call);
    if (underWay === undefined) return;
    this.#underWay.delete(call);
    tree.end(underWay.started, failureOf(call));
    underWay.ended?.();
    // A write that was asked to be durable: its sync ends with it.
    tree.end(tree.takeStarted());
    if (this.#waiting.length > 0) this.#tryWaiting();
  }

  /** A failure is known when its call ends. */
  #noteFailable(call: TracedCall): readonly HistoryEvent[] {
    const { result } = call;
    const isTampered = result.kind !== "none" && result.tampered === true;
    if (result.kind !== "value" && !isTampered) return [];
    const as = failableAs(call, this.#context);
    if (as !== undefined) this.#failable.push({ call, as });
    if (!isTampered) return [];
    const n = this.#failable.filter((each) => each.as === as).length;
    return this.#context.marks.tampered(call, as && { as, n });
  }

  /** The last moment for a call to take effect. */
  #giveUp(call: TracedCall): void {
    this.#context.isLate = true;
    try {
      this.#takeEffect(call);
    } catch (error) {
      throw error instanceof Contradiction ? refusal(call, error.message) : error;
    } finally {
      this.#context.isLate = false;
    }
    this.#waiting = this.#waiting.filter((each) => each !== call);
  }

  /** Nobody knows how much of a call was done that the process did not live to see the end of. */
  #requireHarmless(call: TracedCall): void {
    const { processes } = this.#context;
    if (mayChange(call, processes.threadOf(call))) {
      throw refusal(call, "was under way when its process was killed");
    }
  }

  #gone(event: TracedEvent): void {
    if (event.kind === "call") return;
    const { tree, marks, processes } = this.#context;
    processes.ended(event.thread);
    if (event.thread === this.#firstThread) {
      const code = event.kind === "exited" ? event.code : undefined;
      marks.exited(code).forEach((mark) => tree.mark(mark));
    }
  }
}

/**
 * How a failed sync ended. strace does not make the call that it lets fail: the pages stay dirty, and
 * a later sync of the real file writes them. The model is harsher, for after a sync that truly failed the
 * kernel takes them for clean.
 */
function failureOf(call: TracedCall): SyncFailure | undefined {
  const { result } = call;
  if (result.kind !== "error" || !failsSync(call)) return undefined;
  return { code: result.code, cache: "kept" };
}

/** Whether a call that never returned may have done something to the recorded directory. */
function mayChange(call: TracedCall, thread: TracedThread): boolean {
  if (call.name in nameCalls) {
    const isOpen = call.name.startsWith("open");
    return (
      !isOpen || ["O_CREAT", "O_TRUNC", "O_TMPFILE"].some((flag) => hasFlagAnywhere(call, flag))
    );
  }
  return (
    (call.name in dataCalls || call.name in copyCalls) &&
    call.args.some((argument) => {
      return argument.kind === "number" && thread.descriptors.get(argument.value)?.kind === "file";
    })
  );
}
