// Where strace strikes, on calls by hand: it counts a name in each thread, and another thread may be struck too.
import { expect, test } from "vitest";
import type { TracedCall, TracedEvent } from "../recorder/traced-call.ts";
import { callPlaces, inexactPlaces, strikesAnother } from "./call-place.ts";

let at = 0;

function call(thread: number, name: string): TracedCall {
  at += 2;
  const result = { kind: "value", value: 1 } as const;
  return { thread, name, args: [], result, start: at, end: at + 1 };
}

const eventsOf = (calls: readonly TracedCall[]): readonly TracedEvent[] =>
  calls.map((made) => ({ kind: "call", call: made }));

const reasons = (own: readonly TracedCall[], all: readonly TracedCall[]): readonly string[] => [
  ...inexactPlaces(own, eventsOf(all), callPlaces(own, eventsOf(all))),
];

test("a place is the number of the call among those of its name and thread", () => {
  const calls = [call(1, "write"), call(2, "write"), call(1, "fsync"), call(1, "write")];
  expect(callPlaces(calls.slice(1), eventsOf(calls))).toEqual([
    { call: "write", when: 1 },
    { call: "fsync", when: 1 },
    { call: "write", when: 2 },
  ]);
});

test("another thread is struck where it makes as many calls of the name", () => {
  const events = eventsOf([call(1, "write"), call(1, "write"), call(2, "write")]);
  const first = new Set([1]);
  expect(strikesAnother({ call: "write", when: 1 }, first, events)).toBe(true);
  expect(strikesAnother({ call: "write", when: 2 }, first, events)).toBe(false);
  expect(strikesAnother({ call: "fsync", when: 1 }, first, events)).toBe(false);
});

test("one thread, the first, that alone makes the call is exact; each thing else is a reason", () => {
  const [one, other] = [call(1, "write"), call(2, "write")];
  expect(reasons([one], [one])).toEqual([]);
  expect(reasons([one, other], [one, other])).toEqual(["2 threads or processes write its files"]);
  const [start, started] = [call(1, "clone"), call(2, "fsync")];
  expect(reasons([started], [start, started])).toEqual([
    "a thread or process that it starts writes its files",
  ]);
  expect(reasons([one], [one, other])).toEqual([
    "another thread or process of it makes 1 calls of write too",
  ]);
});
