// Where strace strikes a call: the k-th of its name by one thread, and why that need not be the same call again.
import type { TracedCall, TracedEvent } from "../recorder/traced-call.ts";

/** strace counts the calls of a name in each thread for itself, from 1, whatever they are made on. */
export interface CallPlace {
  readonly call: string;
  readonly when: number;
}

/** All calls of a recording. */
function callsOf(events: readonly TracedEvent[]): readonly TracedCall[] {
  return events.flatMap((event) => (event.kind === "call" ? [event.call] : []));
}

/** A place for each of these calls. */
export function callPlaces(
  calls: readonly TracedCall[],
  events: readonly TracedEvent[],
): readonly CallPlace[] {
  const all = callsOf(events);
  return calls.map((call) => {
    const same = all.filter(({ name, thread }) => name === call.name && thread === call.thread);
    return { call: call.name, when: same.filter(({ start }) => start <= call.start).length };
  });
}

/** Why the k-th call of a name need not be the same one in the next run; `calls` are the store's own. */
export function* inexactPlaces(
  calls: readonly TracedCall[],
  events: readonly TracedEvent[],
  places: readonly CallPlace[],
): Generator<string> {
  const threads = new Set(calls.map(({ thread }) => thread));
  if (threads.size > 1) yield `${threads.size} threads or processes write its files`;
  const [first] = callsOf(events);
  const [writer] = threads;
  if (writer !== undefined && first?.thread !== writer) {
    yield "a thread or process that it starts writes its files";
  }
  const early = places.find((place) => strikesAnother(place, threads, events));
  if (early !== undefined) {
    yield `another thread or process of it makes ${early.when} calls of ${early.call} too`;
  }
}

/** Whether a thread that is none of these makes so many calls of the name: strace would strike it too. */
export function strikesAnother(
  { call, when }: CallPlace,
  threads: ReadonlySet<number>,
  events: readonly TracedEvent[],
): boolean {
  const counts = new Map<number, number>();
  for (const { name, thread } of callsOf(events)) {
    if (name !== call || threads.has(thread)) continue;
    const count = (counts.get(thread) ?? 0) + 1;
    if (count >= when) return true;
    counts.set(thread, count);
  }
  return false;
}
