// The story of one violation: what was done, where the crash fell, what it left; plain data for every report.

/** An event of the life that crashed, in the order in which it happened. */
export interface StoryEvent {
  /** Its place in the recording or the history. */
  readonly at: number;
  /** What it is drawn as. */
  readonly kind: "request" | "acknowledgement" | "failure" | "disk" | "sync" | "crash" | "recovery";
  /** In words: `the acknowledgement of append 9`. */
  readonly text: string;
  /** The operation that it belongs to; left out where there is none. */
  readonly operation?: number;
  readonly life: number;
}

/** What became of one record that was asked for. */
export interface StoryRecord {
  readonly operation: number;
  readonly item: number;
  readonly answer: "acknowledged" | "failed" | "unanswered";
  /** `altered`: found, but not as it was written. */
  readonly found: "found" | "missing" | "altered";
  /** Whether the promise covers it: it must be there, may, or must not. */
  readonly expected: "must" | "may" | "must-not";
}

/** A stretch of a file as the crash left it, beside what was written there last. */
export interface StoryBytes {
  readonly file: string;
  readonly offset: number;
  /** Both as lower-case hexadecimal, at most 512 bytes; `written` is empty where nothing was. */
  readonly left: string;
  readonly written: string;
  /** True where the stretch was longer than is shown. */
  readonly isCut: boolean;
}

export interface CrashStory {
  /** At most 400 around the crash; how many more came before them. */
  readonly events: readonly StoryEvent[];
  readonly eventsLeftOut: number;
  /** The event behind which the crash fell, as `at` of an event. */
  readonly crashAt: number;
  readonly crash: string;
  /** At most 400, those that broke the promise among them. */
  readonly records: readonly StoryRecord[];
  readonly recordsLeftOut: number;
  /** Where the disk that was left differs from what was written; at most eight. */
  readonly bytes: readonly StoryBytes[];
  /** The explanation, a sentence each: what was kept, what was lost, what prevents it. */
  readonly explanation: readonly string[];
}
