// The moments of a recording: each call's start and its end, and each thread's end, in their one order.
import type { TracedCall, TracedEvent } from "./traced-call.ts";

/** Something that happened at one moment. */
export type Edge =
  | { readonly kind: "start" | "end"; readonly at: number; readonly call: TracedCall }
  | { readonly kind: "gone"; readonly at: number; readonly event: TracedEvent };

/** All starts and ends in their one order. */
export function edgesOf(events: readonly TracedEvent[]): readonly Edge[] {
  const edges = events.flatMap((event): Edge[] =>
    event.kind === "call"
      ? [
          { kind: "start", at: event.call.start, call: event.call },
          { kind: "end", at: event.call.end, call: event.call },
        ]
      : [{ kind: "gone", at: event.at, event }],
  );
  return edges.sort((left, right) => left.at - right.at);
}
