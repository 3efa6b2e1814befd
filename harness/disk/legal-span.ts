// Where in a trace a state is legal: from its youngest version on, until a sync binds more.
import type { Axis } from "./axis.ts";

/** Where a state is legal, as far as it was looked at. */
export interface LegalSpan {
  first: number;
  until: number;
}

/** Takes into account when one value of an axis is legal. */
export function narrow(span: LegalSpan, axis: Axis, value: number): void {
  const alternative = value < 0 ? axis.alternatives[-1 - value] : undefined;
  const first = alternative?.from ?? axis.events[value] ?? -1;
  const until = alternative?.until ?? axis.until[value] ?? Number.POSITIVE_INFINITY;
  if (first > span.first) span.first = first;
  if (until < span.until) span.until = until;
}
