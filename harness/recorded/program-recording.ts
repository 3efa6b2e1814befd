// What came of the recording of a program, and the errors that end one early.
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { HistoryEvent } from "../history/history.ts";
import { RecorderError } from "../recorder/recorder-error.ts";
import { StruckElsewhere } from "./session-marks.ts";

/** What came of it; `output` is what the processes printed beside their answers. */
export type ProgramRecording = { readonly output: string } & (
  | {
      readonly kind: "recorded";
      /** What happened before the last power cut within the chain. */
      readonly prior: readonly HistoryEvent[];
      readonly trace: DiskTrace;
      /** Where the store lies, as it was left. */
      readonly directory: string;
      /** A process asked which boot of the machine it runs in. */
      readonly asksForBoot: boolean;
    }
  | { readonly kind: "unrecordable"; readonly because: string }
  | { readonly kind: "spoiled"; readonly problem: string }
  /** The failure struck what is no call of the store's, so that nothing is known of the store. */
  | { readonly kind: "not-struck"; readonly because: string }
);

/** The model does not know what the program did. */
export class Unrecordable extends Error {
  override readonly name = "Unrecordable";
}

/** The program did not do what it was asked. */
export class Spoiled extends Error {
  override readonly name = "Spoiled";
}

/** What a recording that ended with this error came to; throws any other error. */
export function endedBy(error: unknown, output: string): ProgramRecording {
  if (error instanceof Unrecordable || error instanceof RecorderError) {
    return { kind: "unrecordable", because: error.message, output };
  }
  if (error instanceof StruckElsewhere) {
    return { kind: "not-struck", because: error.message, output };
  }
  if (error instanceof Spoiled) return { kind: "spoiled", problem: error.message, output };
  throw error;
}
