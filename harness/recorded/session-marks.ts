// The marks of one recorded process: what it was asked, answered and how it ended, as history events.
import { type FailingCall, formatIoFailure } from "../disk/io-failure.ts";
import { type FailureOfCall, isInjectable } from "../faults/io-error-text.ts";
import type { HistoryEvent, RecoveryOutcome } from "../history/history.ts";
import { type OperationsToAsk, operationsAsked } from "../operations-asked.ts";
import type { MarkSource, StruckCall } from "../recorder/call-handler.ts";
import type { TracedCall } from "../recorder/traced-call.ts";
import type { ChildLine } from "../supervisor/protocol.ts";

/** An operation that a command was sent. */
export interface AskedLine {
  readonly operation: number;
  /** Where its line begins in all that was sent, in bytes. */
  readonly from: number;
  /** The answers that had arrived since the operation before it was sent, as they arrived. */
  readonly after: readonly ChildLine[];
}

/** What was planned for the end of a process. */
export type SessionEnd =
  /** It closes the store and ends. */
  | { readonly kind: "close" }
  /** It closes the store for a `reopen` of this number, and another process opens it again. */
  | { readonly kind: "reopen"; readonly operation: number }
  /** It is killed. */
  | { readonly kind: "kill" }
  /** The power fails: where its trace ends, nothing more is known. */
  | { readonly kind: "power" };

/** One process of a life. */
export interface SessionFacts {
  readonly life: number;
  /** The `reopen` that it opens the store for; undefined where it begins the life. */
  readonly reopened?: number;
  readonly end: SessionEnd;
  /** Reads a line of its answers. */
  readonly parse: (line: string) => ChildLine;
  /** What strace makes fail in it. */
  readonly strike?: SessionStrike;
}

/** A failure that is to strike one of a process's calls. */
interface SessionStrike {
  readonly failure: FailureOfCall;
  /** Calls that the life's processes before this one made. */
  readonly before: ReadonlyMap<FailingCall, number>;
}

/**
 * The marks of a command, whose input tells what it was asked. An answer counts from the end of its
 * write, or from when a thread beside it reads an operation that was sent for that answer: then the
 * answer had arrived.
 */
export function commandMarks(
  facts: SessionFacts & { readonly asked: readonly AskedLine[] },
): MarkSource {
  const { asked, life } = facts;
  const session = new Session(facts);
  const answered = new Set<number>();
  const answer = (line: ChildLine): readonly HistoryEvent[] => {
    if (!("operation" in line) || answered.has(line.operation)) return [];
    answered.add(line.operation);
    return answerEvents(line, life, session);
  };
  let delivered = 0;
  let next = 0;
  return {
    begun: () => session.begun(),
    delivered: (bytes) => {
      delivered += bytes;
      const events: HistoryEvent[] = [];
      for (
        let line = asked[next];
        line !== undefined && line.from < delivered;
        line = asked[next]
      ) {
        // A store reads when it is open: that is the order of the protocol.
        events.push(...session.opened(), ...line.after.flatMap(answer));
        events.push(...session.invoked(line.operation));
        next += 1;
      }
      return events;
    },
    answered: (bytes) => session.lines(bytes).flatMap(answer),
    tampered: (call, struck) => strikeEvents(facts, call, struck),
    exited: (code) => session.exited(code),
  };
}

/**
 * The marks of the child that runs a module, which says when it is open and asks itself: each
 * operation as soon as the answers leave a slot for it, or later than is marked here.
 */
export function moduleMarks(
  facts: SessionFacts & OperationsToAsk & { readonly first: number },
): MarkSource {
  const { life, first, operations } = facts;
  const session = new Session(facts);
  let asked = 0;
  let answers = 0;
  let isOver = false;
  const ask = (): readonly HistoryEvent[] => {
    const events: HistoryEvent[] = [];
    if (isOver) return events;
    for (const most = operationsAsked(facts, answers); asked < most; asked += 1) {
      events.push(...session.invoked(first + asked));
    }
    return events;
  };
  const told = (line: ChildLine): readonly HistoryEvent[] => {
    switch (line.kind) {
      case "opened":
        return [...session.opened(), ...ask()];
      case "open-failed":
        return session.refused(line.code, line.text);
      case "closed":
        return session.closed();
      case "ack":
      case "err":
        answers += 1;
        // A reopen that failed has left no store that could be asked.
        isOver ||= line.kind === "err" && operations[line.operation - first]?.kind === "reopen";
        return [...answerEvents(line, life, session), ...ask()];
      case "ready":
      case "done":
      case "bad-subject":
      case "at":
        return [];
    }
  };
  return {
    begun: () => session.begun(),
    delivered: () => [],
    answered: (bytes) => session.lines(bytes).flatMap(told),
    tampered: (call, struck) => strikeEvents(facts, call, struck),
    exited: (code) => session.exited(code),
  };
}

/** The mark of a recovery: what it found counts from its end. */
export function recoveryMarks(life: number, outcome: RecoveryOutcome): MarkSource {
  return {
    begun: () => [],
    delivered: () => [],
    answered: () => [],
    tampered: () => [],
    exited: () => [{ kind: "recovered", life, outcome }],
  };
}

/**
 * The failure as it struck, which is not always the one that was planned: of several threads strace
 * strikes each, and another call may have come first.
 * @throws StruckElsewhere where it was no call on the store's files
 */
function strikeEvents(
  { life, strike }: SessionFacts,
  call: TracedCall,
  struck: StruckCall | undefined,
): readonly HistoryEvent[] {
  if (strike === undefined || struck === undefined) throw elsewhere(call);
  const n = (strike.before.get(struck.as) ?? 0) + struck.n;
  const failure = { ...strike.failure, call: struck.as };
  if (!isInjectable(failure)) throw elsewhere(call);
  return [{ kind: "io-error", life, failure: formatIoFailure({ ...failure, n }) }];
}

/** strace made a call fail that the fault does not mean. */
export class StruckElsewhere extends Error {
  override readonly name = "StruckElsewhere";
}

function elsewhere({ name }: TracedCall): StruckElsewhere {
  return new StruckElsewhere(
    `the failure struck a call of ${name} that is none of those on the store's files`,
  );
}

function answerEvents(line: ChildLine, life: number, session: Session): readonly HistoryEvent[] {
  if (line.kind !== "ack" && line.kind !== "err") return [];
  const { operation } = line;
  session.answered(operation);
  return line.kind === "ack"
    ? [{ kind: "acknowledged", life, operation, lsns: line.lsns }]
    : [{ kind: "failed", life, operation, code: line.code, message: line.text }];
}

/** How far a process has come. */
class Session {
  /** The operations that were asked and not answered, as they were asked. */
  readonly #inFlight = new Set<number>();
  readonly #facts: SessionFacts;
  #isOpen: boolean;
  #isOver = false;
  #pending = "";

  constructor(facts: SessionFacts) {
    this.#facts = facts;
    this.#isOpen = facts.reopened !== undefined;
  }

  begun(): readonly HistoryEvent[] {
    const { life, reopened } = this.#facts;
    return reopened === undefined
      ? [{ kind: "open", life }]
      : [{ kind: "acknowledged", life, operation: reopened, lsns: [] }];
  }

  /** Once. */
  opened(): readonly HistoryEvent[] {
    if (this.#isOpen) return [];
    this.#isOpen = true;
    return [{ kind: "opened", life: this.#facts.life }];
  }

  invoked(operation: number): readonly HistoryEvent[] {
    this.#inFlight.add(operation);
    return [{ kind: "invoked", life: this.#facts.life, operation }];
  }

  answered(operation: number): void {
    this.#inFlight.delete(operation);
  }

  refused(code: string, message: string): readonly HistoryEvent[] {
    this.#isOver = true;
    return [{ kind: "open-failed", life: this.#facts.life, code, message }];
  }

  closed(): readonly HistoryEvent[] {
    this.#isOver = true;
    return [...this.opened(), { kind: "closed", life: this.#facts.life }];
  }

  /** A line counts once its end was written. */
  lines(bytes: Uint8Array): readonly ChildLine[] {
    const lines = (this.#pending + Buffer.from(bytes).toString("utf8")).split("\n");
    this.#pending = lines.pop() ?? "";
    return lines.map((line) => this.#facts.parse(line));
  }

  exited(code: number | undefined): readonly HistoryEvent[] {
    if (this.#isOver) return [];
    const { end, life } = this.#facts;
    const isClosed = code === 0 && this.#inFlight.size === 0;
    if (isClosed && end.kind === "close") return this.closed();
    if (isClosed && end.kind === "reopen") {
      return [...this.opened(), ...this.invoked(end.operation)];
    }
    if (!this.#isOpen && code !== undefined && code !== 0) {
      return this.refused(`exit-${code}`, "the write command ended before it was asked");
    }
    return end.kind === "power" ? [] : [this.#crash(life)];
  }

  #crash(life: number): HistoryEvent {
    const [operation] = this.#inFlight;
    if (!this.#isOpen) return { kind: "crash", life, fault: "kill", point: { during: "open" } };
    const point =
      operation === undefined
        ? ({ during: "idle" } as const)
        : ({ during: "operation", operation, rotation: false } as const);
    return { kind: "crash", life, fault: "kill", point };
  }
}
