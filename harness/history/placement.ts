// Found values -> places in the log: named ones by their name, nameless ones by their place.
import type { StorePromise } from "../guarantees/guarantee.ts";
import type { Expected, Found, Placed } from "./expectation.ts";
import type { Identity } from "./identify.ts";
import { type LogRecord, recordKey } from "./log-record.ts";
import type { Candidate } from "./run-steps.ts";
import { placeShortRecords, type ShortFound } from "./short-records.ts";

/** A record that the recovery after `life` did not find. */
export interface Gone {
  readonly record: LogRecord;
  readonly life: number;
}

/** A found value, identified by its bytes. */
interface FoundIdentity {
  readonly identity: Identity;
  readonly lsn?: number;
}

/** What a recovery found, and what it could find. */
export interface PlacementRequest {
  readonly log: readonly Candidate[];
  /** How many records of each nameless content the log holds beside `log`. */
  readonly nameless: ReadonlyMap<string, number>;
  readonly gone: ReadonlyMap<number, Gone>;
  readonly values: readonly FoundIdentity[];
  /** What was asked for before this event may be missing from the beginning of the log. */
  readonly truncatedBefore: number;
  readonly promise: StorePromise;
}

/** Says of each found value which record it is, and of each record whether it was found. */
export function placeFound(request: PlacementRequest): {
  readonly expected: readonly Expected[];
  readonly found: readonly Found[];
} {
  const placed = placeNamed(request);
  for (const [position, index] of shortPlaces(request, placed)) {
    placed[position] = { kind: "expected", index };
  }
  const found = request.values.map(({ lsn }, position) => ({
    placed: placed[position] ?? { kind: "unknown", bytes: 0 },
    ...(lsn === undefined ? {} : { lsn }),
  }));
  return { expected: expectations(request, placed), found };
}

/** Nameless values come out as unknown, until their place explains them. */
function placeNamed({ log, gone, nameless, values }: PlacementRequest): Placed[] {
  const left = new Map(nameless);
  const indexes = new Map(
    log.map(({ record }, index) => [recordKey(record.operation, record.item), index]),
  );
  return values.map(({ identity }) => {
    switch (identity.kind) {
      case "named": {
        const key = recordKey(identity.operation, identity.item);
        const index = indexes.get(key);
        const missed = gone.get(key);
        if (index !== undefined) {
          return { kind: "expected", index };
        }
        return missed === undefined
          ? { ...identity, kind: "uninvoked" }
          : { kind: "returned", record: missed.record, goneSince: missed.life };
      }
      case "short": {
        const count = left.get(identity.content) ?? 0;
        left.set(identity.content, count - 1);
        return count > 0
          ? { kind: "nameless" }
          : { kind: "unknown", bytes: identity.content.length };
      }
      case "altered":
      case "unknown":
        return identity;
    }
  });
}

type Placement = readonly [position: number, index: number];

/** A nameless value, with its position among all that were found. */
interface ShortValue extends ShortFound {
  readonly position: number;
}

function shortValue(value: FoundIdentity | undefined, position: number): ShortValue | undefined {
  return value?.identity.kind === "short"
    ? {
        position,
        content: value.identity.content,
        ...(value.lsn === undefined ? {} : { lsn: value.lsn }),
      }
    : undefined;
}

/** Between two named neighbours at a time. */
function shortPlaces(request: PlacementRequest, placed: readonly Placed[]): Placement[] {
  const { log, values, truncatedBefore, promise } = request;
  const placements: Placement[] = [];
  let before = -1;
  let waiting: ShortValue[] = [];
  const placeWaiting = (after: number): void => {
    const gap = { log, before, after, truncatedBefore, batchesAtomic: promise.batchesAtomic };
    const indexes = waiting.length > 0 && after > before ? placeShortRecords(gap, waiting) : [];
    for (const [order, { position }] of waiting.entries()) {
      const index = indexes[order];
      if (index !== undefined) {
        placements.push([position, index]);
      }
    }
    waiting = [];
  };
  for (const [position, place] of placed.entries()) {
    const short = shortValue(values[position], position);
    if (short !== undefined && place.kind === "unknown") {
      waiting.push(short);
    } else if (place.kind === "expected") {
      placeWaiting(place.index);
      before = place.index;
    }
  }
  placeWaiting(log.length);
  return placements;
}

function expectations(request: PlacementRequest, placed: readonly Placed[]): Expected[] {
  const { log, truncatedBefore } = request;
  const present = new Set(
    placed.flatMap((place) => (place.kind === "expected" ? [place.index] : [])),
  );
  /** The earliest end of an operation with a record that is there, and the last such operation. */
  let firstEnd = Infinity;
  let last = -1;
  return log.map(({ record, standing, missedBefore = false }, index) => {
    // A record is at the beginning where none that is there precedes it.
    const follows = firstEnd < record.invokedAt || last === record.operation;
    const truncated = !present.has(index) && !follows && record.invokedAt < truncatedBefore;
    if (present.has(index)) {
      firstEnd = Math.min(firstEnd, record.endedAt);
      last = record.operation;
    }
    return { record, standing, present: present.has(index), truncated, missedBefore };
  });
}
