// All states of a crash point, where they are few; what cannot be seen is not varied.
import type { CrashContent } from "./crash-content.ts";
import type { CrashFrame, FrameState } from "./crash-frame.ts";
import type { Inode } from "./image.ts";

/** Which states are wanted. */
export interface AllStatesOptions {
  /** Only those that this event made possible. */
  readonly isNewOnly: boolean;
  /** More than this many are too many. */
  readonly limit: number;
}

/** The states of a frame, or `undefined` where there are too many. */
export function allStates(
  content: CrashContent,
  frame: CrashFrame,
  options: AllStatesOptions,
): readonly FrameState[] | undefined {
  // A longer way down than any product within the limit could need.
  if (frame.open.length > 2 * Math.log2(options.limit + 1) + 8) {
    return undefined;
  }
  const search: Search = { content, frame, options, found: [], nodes: 0 };
  const ranges = { low: frame.floor.slice(), high: frame.newest.slice() };
  const isComplete = fill(search, { ranges, slot: 0, isNew: false, reached: undefined });
  return isComplete ? search.found : undefined;
}

interface Search {
  readonly content: CrashContent;
  readonly frame: CrashFrame;
  readonly options: AllStatesOptions;
  readonly found: FrameState[];
  nodes: number;
}

interface Place {
  /** Below the slot, low and high are the same: what was picked. */
  readonly ranges: { readonly low: FrameState; readonly high: FrameState };
  readonly slot: number;
  /** True once something was picked that is new at the event. */
  readonly isNew: boolean;
  /** What names lead to; known once all names are picked. */
  readonly reached: ReadonlySet<Inode> | undefined;
}

/** Picks every value for the slot and those behind it; false where the states became too many. */
function fill(search: Search, place: Place): boolean {
  const { content, frame, options, found } = search;
  const { slot, isNew } = place;
  const { low, high } = place.ranges;
  const axis = frame.open[slot];
  search.nodes += 1;
  if (search.nodes > 8 * options.limit + 64) {
    return false;
  }
  if (axis === undefined) {
    if (isNew || !options.isNewOnly) {
      found.push(low);
    }
    return found.length <= options.limit;
  }
  const reached =
    axis.kind === "name" ? undefined : (place.reached ?? new Set(content.reached(frame, low)));
  const isSeen = reached === undefined || isVisible(search, place, reached);
  const first = low[slot] ?? 0;
  const last = isSeen ? (high[slot] ?? 0) : first;
  for (let version = first; version <= last; version += 1) {
    const ranges = { low: low.slice(), high: high.slice() };
    frame.raise(ranges.low, slot, version);
    frame.lower(ranges.high, slot, version);
    const isFresh = isNew || (isSeen && frame.isNew(slot, version));
    if (!fill(search, { ranges, slot: slot + 1, isNew: isFresh, reached })) {
      return false;
    }
  }
  for (const value of isSeen ? (frame.alternatives[slot] ?? []) : []) {
    const ranges = { low: low.slice(), high: high.slice() };
    ranges.low[slot] = value;
    ranges.high[slot] = value;
    const isFresh = isNew || frame.isNew(slot, value);
    if (!fill(search, { ranges, slot: slot + 1, isNew: isFresh, reached })) {
      return false;
    }
  }
  return true;
}

/** False for a file without a name, and for a sector behind the file's end. */
function isVisible(
  { content, frame }: Search,
  { ranges, slot }: Place,
  reached: ReadonlySet<Inode>,
): boolean {
  const axis = frame.open[slot];
  if (axis?.inode === undefined) {
    return true;
  }
  if (!reached.has(axis.inode)) {
    return false;
  }
  const offsets = axis.parts.map(({ item }) => (item.kind === "sector" ? item.offset : 0));
  return (
    axis.kind !== "data" || Math.min(...offsets) < content.sizeOf(axis.inode, frame, ranges.low)
  );
}
