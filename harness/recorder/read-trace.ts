// Reads a whole trace from its file.
import { createReadStream } from "node:fs";
import { RecorderError } from "./recorder-error.ts";
import { type TraceEnd, TraceParser } from "./trace-parser.ts";
import type { TracedEvent } from "./traced-call.ts";

/** The most that is read; whatever outgrows it ends the recording. */
export interface TraceLimits {
  readonly traceBytes: number;
  readonly events: number;
}

/** What strace wrote, read. */
export interface Trace extends TraceEnd {
  readonly events: readonly TracedEvent[];
}

const CHUNK_BYTES = 1024 * 1024;

/** @throws RecorderError `not-understood`, `trace-too-large`, `tracer-failed` */
export async function readTrace(file: string, limits: TraceLimits): Promise<Trace> {
  const events: TracedEvent[] = [];
  const parser = new TraceParser({ lineBytes: limits.traceBytes }, (event) => {
    if (events.push(event) > limits.events) throw tooLarge(`${limits.events} calls`);
  });
  let bytes = 0;
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError("a trace is read as bytes");
    bytes += chunk.length;
    if (bytes > limits.traceBytes) throw tooLarge(`${limits.traceBytes} bytes`);
    parser.push(chunk);
  }
  return { events, ...parser.end() };
}

/** The program did more than a recording may hold; the message completes "it cannot be recorded, because ...". */
export function tooLarge(limit: string): RecorderError {
  return new RecorderError(
    "trace-too-large",
    `the trace of the program has more than ${limit}; a shorter workload may have fewer`,
  );
}
