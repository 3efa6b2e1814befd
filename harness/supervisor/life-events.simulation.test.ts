// What is told of a writer with operations in flight, against what a simulated one really did.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventOrderBreach } from "../history/event-order.ts";
import type { Operation } from "../workload.ts";
import { writeJob } from "./fixtures/command-jobs.ts";
import { tellLife } from "./life-events.ts";
import type { ChildLine } from "./protocol.ts";
import type { ChildEnd } from "./running-child.ts";

/** Numbered from 10. */
const JOB = writeJob("/s", { kind: "end" });
const KILLED: ChildEnd = {
  lines: [],
  rest: "ended",
  exitCode: null,
  signal: "SIGKILL",
  killed: true,
  output: "",
  contained: true,
  times: { answeredAtMs: [] },
};

/** What a writer did: an operation asked, or answered. */
interface Step {
  readonly kind: "asks" | "answers";
  readonly place: number;
}

/** A writer that asks as soon as it may or later, and answers in any order, cut off anywhere. */
function simulate(
  { operations, concurrency }: { operations: readonly Operation[]; concurrency: number },
  choices: readonly number[],
): readonly Step[] {
  const steps: Step[] = [];
  const inFlight: number[] = [];
  let asked = 0;
  for (const choice of choices) {
    const next = operations[asked];
    const reopens = inFlight.some((place) => operations[place]?.kind === "reopen");
    const room = inFlight.length < (next?.kind === "reopen" ? 1 : concurrency) && !reopens;
    const possible: Step[] = inFlight.map((place) => ({ kind: "answers", place }));
    if (next !== undefined && room) possible.push({ kind: "asks", place: asked });
    const step = possible[choice % Math.max(1, possible.length)];
    if (step === undefined) break;
    steps.push(step);
    if (step.kind === "answers") inFlight.splice(inFlight.indexOf(step.place), 1);
    else inFlight.push(step.place);
    if (step.kind === "asks") asked += 1;
  }
  return steps;
}

describe("what is told of a simulated writer", () => {
  const kind = fc.constantFrom("append", "append", "append", "reopen");
  const operations = fc.array(
    kind.map((drawn): Operation => (drawn === "reopen" ? { kind: "reopen" } : { kind: "sync" })),
    { maxLength: 25 },
  );
  const choices = fc.array(fc.nat({ max: 1000 }), { maxLength: 80 });

  it("asks no operation later than it did, and all that can be one history", () => {
    fc.assert(
      fc.property(operations, fc.integer({ min: 1, max: 6 }), choices, (list, slots, drawn) => {
        const steps = simulate({ operations: list, concurrency: slots }, drawn);
        const said = steps.flatMap((step): ChildLine[] =>
          step.kind === "answers" ? [{ kind: "ack", operation: 10 + step.place, lsns: [] }] : [],
        );
        const lines: ChildLine[] = [{ kind: "opened", calls: 1 }, ...said];
        const job = { ...JOB, operations: list, concurrency: slots };
        const { events } = tellLife(job, { ...KILLED, lines }, { life: 1, plan: "kill" });
        const before: Operation[] = Array.from({ length: 10 }, () => ({ kind: "sync" }));
        const workload = { seed: 1, options: {}, lives: [before, list], concurrency: slots };
        expect(eventOrderBreach({ workload, events })).toBeUndefined();
        const truth = answersBefore(steps.map((step) => [step.kind === "asks", 10 + step.place]));
        const told = answersBefore(
          events.flatMap((event) =>
            event.kind === "invoked" || event.kind === "acknowledged"
              ? [[event.kind === "invoked", event.operation] as const]
              : [],
          ),
        );
        for (const [operation, answers] of truth) {
          expect(told.get(operation)).toBeLessThanOrEqual(answers);
          if (slots === 1) expect(told.get(operation)).toBe(answers);
        }
      }),
    );
  });
});

/** For each operation that is asked, how many were answered by then. */
function answersBefore(
  steps: readonly (readonly [isAsked: boolean, operation: number])[],
): ReadonlyMap<number, number> {
  const before = new Map<number, number>();
  let answers = 0;
  for (const [isAsked, operation] of steps) {
    if (isAsked) before.set(operation, answers);
    else answers += 1;
  }
  return before;
}
