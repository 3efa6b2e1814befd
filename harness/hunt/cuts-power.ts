// Which events of a history are power cuts.
import type { HistoryEvent } from "../history/history.ts";

/** True for the power cut of a violation: behind the last one the disk was left as it is. */
export function cutsPower(event: HistoryEvent): boolean {
  return event.kind === "crash" && event.fault.startsWith("power");
}
