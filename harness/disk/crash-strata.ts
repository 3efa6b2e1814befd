// The states of a crash point that are tried where there are too many to try them all.

import type { RandomStream } from "../seed.ts";
import type { CrashFrame, FrameState } from "./crash-frame.ts";

/**
 * What is tried first, in this order: the newest and the floor; every prefix in the order of issue;
 * each single version set back or forward; for each file and each kind all of it and nothing else,
 * and the reverse; each sector with bytes that are none of its versions. Each state is valid until
 * the next is asked for.
 */
export function* strata(frame: CrashFrame): Generator<FrameState> {
  yield frame.newest.slice();
  yield frame.floor.slice();
  yield* alternatives(frame);
  yield* groups(frame);
  yield* singles(frame);
  yield* prefixes(frame);
}

/** The states as of each event, from the latest back. */
function* prefixes(frame: CrashFrame): Generator<FrameState> {
  const events = new Set<number>();
  frame.open.forEach(({ events: all }, slot) => {
    for (
      let version = (frame.floor[slot] ?? 0) + 1;
      version <= (frame.newest[slot] ?? 0);
      version += 1
    ) {
      events.add(all[version] ?? -1);
    }
  });
  for (const event of [...events].sort((left, right) => right - left)) {
    yield asOf(frame, event);
  }
}

/** What a disk that keeps the order of writes would have after an event. */
function asOf(frame: CrashFrame, event: number): FrameState {
  return Int32Array.from(frame.open, (axis, slot) =>
    Math.max(frame.floor[slot] ?? 0, axis.newestAt(event)),
  );
}

function* singles(frame: CrashFrame): Generator<FrameState> {
  for (const slot of frame.open.keys()) {
    const low = frame.floor[slot] ?? 0;
    const high = frame.newest[slot] ?? 0;
    for (let version = high; version > low; version -= 1) {
      const forward = frame.floor.slice();
      frame.raise(forward, slot, version);
      yield forward;
      const back = frame.newest.slice();
      frame.lower(back, slot, version - 1);
      yield back;
    }
  }
}

function* groups(frame: CrashFrame): Generator<FrameState> {
  const groupsOfSlots = new Map<string, number[]>();
  frame.open.forEach((axis, slot) => {
    for (const group of [axis.kind, `${axis.kind} ${axis.inode}`, `inode ${axis.inode}`]) {
      groupsOfSlots.set(group, [...(groupsOfSlots.get(group) ?? []), slot]);
    }
  });
  for (const slots of groupsOfSlots.values()) {
    const alone = frame.floor.slice();
    const absent = frame.newest.slice();
    for (const slot of slots) {
      frame.raise(alone, slot, frame.newest[slot] ?? 0);
      frame.lower(absent, slot, frame.floor[slot] ?? 0);
    }
    yield alone;
    yield absent;
  }
}

function* alternatives(frame: CrashFrame): Generator<FrameState> {
  const all = frame.newest.slice();
  for (const [slot, values] of frame.alternatives.entries()) {
    for (const value of values) {
      const state = frame.newest.slice();
      state[slot] = value;
      yield state;
    }
    all[slot] = values[0] ?? all[slot] ?? 0;
  }
  yield all;
}

/** A state by chance: near an order, or all or nothing, or any version of anything. */
export function sample(frame: CrashFrame, random: RandomStream): FrameState {
  const way = random.below(3);
  const share = random.unit();
  const state = way === 0 ? asOf(frame, somewhere(frame, random)) : frame.floor.slice();
  for (const slot of frame.open.keys()) {
    if (way > 0 || random.below(8) === 0) {
      const low = frame.floor[slot] ?? 0;
      const high = frame.newest[slot] ?? 0;
      const version =
        way === 1 ? (random.unit() < share ? high : low) : low + random.below(high - low + 1);
      if (version > (state[slot] ?? 0)) {
        frame.raise(state, slot, version);
      } else {
        frame.lower(state, slot, version);
      }
    }
  }
  for (const [slot, values] of frame.alternatives.entries()) {
    if (values.length > 0 && random.below(16) === 0) {
      state[slot] = values[random.below(values.length)] ?? 0;
    }
  }
  return state;
}

/** The event of some version that is open. */
function somewhere(frame: CrashFrame, random: RandomStream): number {
  const slot = random.below(Math.max(1, frame.open.length));
  const low = frame.floor[slot] ?? 0;
  const version = low + random.below((frame.newest[slot] ?? 0) - low + 1);
  return frame.open[slot]?.events[version] ?? frame.at;
}

/** Gives a state at least one value that only this event made possible. */
export function renew(frame: CrashFrame, state: FrameState, random: RandomStream): void {
  const slot = frame.fresh[random.below(Math.max(1, frame.fresh.length))];
  if (slot !== undefined) {
    const values = [frame.newest[slot] ?? 0, ...(frame.alternatives[slot] ?? [])];
    const value = values.find((each) => frame.isNew(slot, each)) ?? 0;
    if (value < 0 || (state[slot] ?? 0) < 0) {
      state[slot] = value;
    } else {
      frame.raise(state, slot, value);
    }
  }
}
