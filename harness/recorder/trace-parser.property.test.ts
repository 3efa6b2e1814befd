// Whatever a trace tells, the parser tells the same, however its bytes are cut into chunks.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { type PrintStyle, printTrace } from "./fixtures/strace-printer.ts";
import { TraceParser } from "./trace-parser.ts";
import type { Argument, CallResult, TracedEvent } from "./traced-call.ts";

const word = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/);
const field = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);

const { argument } = fc.letrec<{ argument: Argument; plain: Argument }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({
      kind: fc.constant("number" as const),
      value: fc.maxSafeInteger().map((n) => n + 0),
    }),
    fc.record({
      kind: fc.constant("bytes" as const),
      bytes: fc.uint8Array({ maxLength: 40 }),
      complete: fc.boolean(),
    }),
    fc.record({
      kind: fc.constant("symbols" as const),
      names: fc.array(word, { minLength: 1, maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant("list" as const),
      items: fc.array(tie("argument"), { maxLength: 3 }),
    }),
    fc.record({
      kind: fc.constant("struct" as const),
      fields: fc
        .array(fc.tuple(field, tie("argument")), { maxLength: 3 })
        .map((all) => new Map(all)),
    }),
  ),
  argument: fc.oneof(
    { arbitrary: tie("plain"), weight: 5 },
    {
      arbitrary: fc.record({
        kind: fc.constant("changed" as const),
        before: tie("plain"),
        after: tie("plain"),
      }),
      weight: 1,
    },
  ),
}));

const result: fc.Arbitrary<CallResult> = fc.oneof(
  fc.record({ kind: fc.constant("value" as const), value: fc.maxSafeNat() }),
  fc.record({ kind: fc.constant("error" as const), code: fc.constantFrom("EIO", "ERESTARTSYS") }),
);

interface Step {
  readonly thread: number;
  readonly args: readonly Argument[];
  readonly result: CallResult;
  readonly name: string;
}
const steps = fc.array(
  fc.record({
    thread: fc.integer({ min: 1, max: 5 }),
    args: fc.array(argument, { maxLength: 4 }),
    result,
    name: fc.constantFrom("write", "fsync", "pwrite64"),
  }),
  { maxLength: 30 },
);

/** A step of a thread that is in a call ends it; of one that is not, begins one. Then all threads end. */
function schedule(drawn: readonly Step[]): readonly TracedEvent[] {
  const events: TracedEvent[] = [];
  const under = new Map<number, { readonly step: Step; readonly start: number }>();
  let at = 0;
  const finish = (thread: number, given?: CallResult): void => {
    const begun = under.get(thread);
    if (begun === undefined) return;
    under.delete(thread);
    const { name, args, result: gave } = begun.step;
    const call = { thread, name, args, result: given ?? gave, start: begun.start, end: at };
    events.push({ kind: "call", call: { ...call, startedAt: 1000 } });
    at += 1;
  };
  for (const step of drawn) {
    if (under.has(step.thread)) finish(step.thread);
    else {
      under.set(step.thread, { step, start: at });
      at += 1;
    }
  }
  for (const thread of [1, 2, 3, 4, 5]) {
    finish(thread, { kind: "none" });
    events.push({ kind: "killed", thread, at, signal: "SIGKILL" });
    at += 1;
  }
  return events;
}

function parseInChunks(text: string, sizes: readonly number[]): readonly TracedEvent[] {
  const events: TracedEvent[] = [];
  const parser = new TraceParser({ lineBytes: 1_000_000 }, (event) => events.push(event));
  const bytes = Buffer.from(text, "latin1");
  const chunk = Buffer.alloc(64);
  let from = 0;
  for (let n = 0; from < bytes.length; n += 1) {
    const size = bytes.copy(chunk, 0, from, from + (sizes[n % sizes.length] ?? 64));
    // The same buffer again and again, as a reader of files may use it.
    parser.push(chunk.subarray(0, size));
    from += size;
  }
  expect(parser.end()).toEqual({ alive: [], cutBytes: 0 });
  return events;
}

const styles: fc.Arbitrary<PrintStyle> = fc.record({
  escaped: fc.boolean(),
  times: fc.constant(true),
});
const chunks = fc.array(fc.integer({ min: 1, max: 64 }), { minLength: 1, maxLength: 5 });

test("what was printed is read back, threads interleaved, bytes cut anywhere", () => {
  fc.assert(
    fc.property(steps, styles, chunks, (drawn, style, sizes) => {
      const events = schedule(drawn);
      expect(parseInChunks(printTrace(events, style), sizes)).toEqual(events);
    }),
    { numRuns: 300 },
  );
});

test("no bytes whatever make it hang or fail with another error than its own", () => {
  const line = fc.oneof(
    fc.stringMatching(/^["\\x6[\]{}(),=>|<.? 0a1Z+-]{0,40}$/),
    fc.string({ maxLength: 40 }),
  );
  fc.assert(
    fc.property(line, (garbage) => {
      const parser = new TraceParser({ lineBytes: 1000 }, () => undefined);
      try {
        parser.push(Buffer.from(`7 1.5 write(${garbage}\n`));
        parser.end();
      } catch (error) {
        expect(error).toMatchObject({ name: "RecorderError" });
      }
    }),
    { numRuns: 1000 },
  );
});
