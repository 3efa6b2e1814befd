// A store whose recoveries are counted and noted, so that one that never ends can be named from outside.
import type { FoundValue, MaybePromise, Subject } from "../subject.ts";
import type { RecordedStore } from "./recorded-store.ts";

/** What a recovery is answered with that a run before this one had no answer from. */
export const UNANSWERED = "UNANSWERED";

class UnansweredError extends Error {
  readonly code = UNANSWERED;

  constructor() {
    super("an earlier run had no answer from this call");
  }
}

type FoundValues = Iterable<FoundValue> | AsyncIterable<FoundValue>;

/**
 * The calls of one job that recover a store, numbered from 1. A run is the same each time, so that a
 * number names the same call in a second run.
 */
export class RecoveryCalls {
  readonly #note: (call: number) => void;
  readonly #unanswered: number;
  #count = 0;
  #noted = 0;

  /** `unanswered`: this call and all that follow are not made, but answered as ones without an end. */
  constructor(note: (call: number) => void, unanswered: number = Number.POSITIVE_INFINITY) {
    this.#note = note;
    this.#unanswered = unanswered;
  }

  /** Does the work as the next call; it goes on while what it gave is read. */
  async run<T>(work: () => MaybePromise<T>, wrap: (given: T, call: number) => T): Promise<T> {
    this.#count += 1;
    const call = this.#count;
    if (call >= this.#unanswered) throw new UnansweredError();
    this.begin(call);
    try {
      return wrap(await work(), call);
    } finally {
      this.end(call);
    }
  }

  begin(call: number): void {
    this.#noted = call;
    this.#note(call);
  }

  /** A call that was given up may end when another is under way. */
  end(call: number): void {
    if (this.#noted === call) this.#note(0);
  }
}

/** How much of a store is watched. */
export interface Watch {
  readonly calls: RecoveryCalls;
  /** Opens that are left out, from the first: there is nothing yet to recover. */
  readonly opensBefore: number;
}

/** The store with its recoveries, and its opens as far as they are ones, counted. */
export function watchStore(
  { subject, options }: RecordedStore,
  { calls, opensBefore }: Watch,
): RecordedStore {
  let opens = 0;
  const watched: Subject = {
    open(...given) {
      opens += 1;
      if (opens <= opensBefore) return subject.open(...given);
      return calls.run(
        () => subject.open(...given),
        (store) => store,
      );
    },
    recover: (...given) =>
      calls.run<FoundValues>(
        () => subject.recover(...given),
        (values, call) => watchValues(values, calls, call),
      ),
  };
  return { subject: watched, options };
}

/** Values that are made while they are read are part of the recovery. */
function watchValues(values: FoundValues, calls: RecoveryCalls, call: number): FoundValues {
  if (Array.isArray(values)) return values;
  return Symbol.asyncIterator in values
    ? watchLater(values, calls, call)
    : watchNow(values, calls, call);
}

function* watchNow(
  values: Iterable<FoundValue>,
  calls: RecoveryCalls,
  call: number,
): Generator<FoundValue> {
  calls.begin(call);
  try {
    yield* values;
  } finally {
    calls.end(call);
  }
}

async function* watchLater(
  values: AsyncIterable<FoundValue>,
  calls: RecoveryCalls,
  call: number,
): AsyncGenerator<FoundValue> {
  calls.begin(call);
  try {
    yield* values;
  } finally {
    calls.end(call);
  }
}
