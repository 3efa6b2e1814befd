// The crash space against the naive model, and against the images that its own choices make.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { formatCrashChoice, parseCrashChoice } from "./crash-choice.ts";
import { crashImage } from "./crash-image.ts";
import { CrashSpace, type CrashVisit } from "./crash-space.ts";
import type { DiskTrace } from "./disk-trace.ts";
import { failing, syncEnds } from "./fixtures/failing-trace.ts";
import { type Item, NaiveModel } from "./fixtures/naive-model.ts";
import { overlapping } from "./fixtures/overlapping-trace.ts";
import { PROGRAM_DIRECTORY, portProgram, runProgram } from "./fixtures/random-program.ts";
import { imageHash } from "./image.ts";
import { type DeviceProfile, profileNamed, profiles } from "./profile.ts";
import { RecordingDisk } from "./recording-disk.ts";

const ALL = { seed: 1, statesMax: 100_000, exhaustiveMax: 100_000 };
const SOME = { seed: 1, statesMax: 300, exhaustiveMax: 20 };

/** Posix without garbage, which the naive model does not make up. */
const PLAIN: DeviceProfile = { ...profiles.posix, neverSynced: ["zeros"] };

const delays = fc.array(fc.oneof(fc.constant(0), fc.nat({ max: 8 })), {
  minLength: 1,
  maxLength: 20,
});
const traces = fc
  .tuple(portProgram, portProgram, delays, fc.oneof(fc.constant(["well"] as const), syncEnds))
  .map(([before, program, delaysOfEnds, ends]): DiskTrace => {
    const first = new RecordingDisk({ directory: PROGRAM_DIRECTORY });
    runProgram(before, first, PROGRAM_DIRECTORY);
    const disk = RecordingDisk.fromImage(first.image());
    runProgram(program, disk, PROGRAM_DIRECTORY);
    return failing(overlapping(disk.trace, delaysOfEnds), ends);
  });

/** The beginnings of random traces, short enough for every state to be looked at. */
const smallTraces = fc
  .tuple(traces, fc.integer({ min: 4, max: 20 }))
  .map(
    ([trace, length]): DiskTrace => ({ base: trace.base, events: trace.events.slice(0, length) }),
  )
  .filter(({ events }) => events.length > 0);

const keyOf = (item: Item): string => JSON.stringify(item);

/** Every legal pick of events, straight from the definition: `undefined` where there are too many. */
function naivePicks(naive: NaiveModel, at: number): ReadonlyMap<string, number>[] | undefined {
  const floors = naive.picks({ base: "floor", clauses: [] });
  let all: Map<string, number>[] = [new Map()];
  for (const item of naive.items()) {
    const floor = floors.get(keyOf(item)) ?? -1;
    const values = naive.values(item);
    const events = [floor];
    for (let event = floor + 1; event <= at; event += 1) {
      if (values(event) !== values(event - 1)) events.push(event);
    }
    all = all.flatMap((picks) => events.map((event) => new Map(picks).set(keyOf(item), event)));
    if (all.length > 400) return undefined;
  }
  return all.filter((picks) => naive.keepsRenamesWhole(picks));
}

test("all states: at each crash point exactly those of the naive model, as many as counted", () => {
  let compared = 0;
  let several = 0;
  fc.assert(
    fc.property(smallTraces, (trace) => {
      const space = new CrashSpace(trace, PLAIN);
      const visits = [...space.visit(ALL)].map((visit) => ({
        visit,
        hash: imageHash(visit.image()),
      }));
      for (let at = 0; at < trace.events.length; at += 1) {
        const naive = new NaiveModel(trace, at);
        const picks = naivePicks(naive, at);
        if (picks !== undefined) {
          const legal = new Set(picks.map((each) => imageHash(naive.image(each))));
          const found = visits.filter(({ visit }) => visit.first <= at && at <= visit.last);
          expect(new Set(found.map(({ hash }) => hash))).toEqual(legal);
          expect(space.legalAt(at)).toBe(BigInt(picks.length));
          compared += 1;
          several += legal.size > 1 ? 1 : 0;
        }
      }
    }),
    { numRuns: 25, endOnFailure: true },
  );
  expect(compared).toBeGreaterThan(100);
  expect(several).toBeGreaterThan(30);
});

/** What must hold of every visit, whichever way it was chosen. */
function checkVisit(visit: CrashVisit, trace: DiskTrace, profile: DeviceProfile): string {
  const hash = imageHash(visit.image());
  expect(imageHash(visit.disk({ record: true }).image())).toBe(hash);
  const text = formatCrashChoice(visit.choice());
  expect(visit.first).toBeLessThanOrEqual(visit.last);
  for (const at of new Set([visit.first, visit.last])) {
    const image = crashImage(trace, { at, keep: parseCrashChoice(text), profile });
    expect(imageHash(image), `${text} at #${at} of #${visit.first} to #${visit.last}`).toBe(hash);
  }
  return hash;
}

test.each(Object.keys(profiles))(
  "%s: a visit's choice makes its disk; equal keys, equal disks",
  (name) => {
    const profile = profileNamed(name);
    fc.assert(
      fc.property(traces, fc.constantFrom(ALL, SOME), (trace, options) => {
        const hashes = new Map<string, string>();
        const statesMax = 60;
        for (const visit of new CrashSpace(trace, profile).visit({ ...options, statesMax })) {
          const hash = checkVisit(visit, trace, profile);
          expect(hashes.get(visit.key) ?? hash).toBe(hash);
          hashes.set(visit.key, hash);
        }
        expect(new Set(hashes.values()).size).toBe(hashes.size);
      }),
      { numRuns: 20 },
    );
  },
);

test("the same seed visits the same states", () => {
  fc.assert(
    fc.property(traces, (trace) => {
      const visit = (): string[] =>
        Array.from(new CrashSpace(trace, profiles.posix).visit(SOME), ({ key, first, last }) =>
          [key, first, last].join(" "),
        );
      expect(visit()).toEqual(visit());
    }),
    { numRuns: 10 },
  );
});

/** A trace of so many files, each with a name and a size of its own. */
function longTrace(files: number): DiskTrace {
  const disk = new RecordingDisk({ directory: PROGRAM_DIRECTORY });
  for (let file = 0; file < files; file += 1) {
    const opened = disk.open(`${PROGRAM_DIRECTORY}/file-${file}`, "create");
    disk.write(opened, Buffer.from([file]), 0);
    disk.close(opened);
  }
  return disk.trace;
}

test("fewer states than crash points: they lie in all of the trace, and half of them behind the turn", () => {
  const trace = longTrace(100);
  const space = new CrashSpace(trace, profiles.ext4);
  const end = trace.events.length;
  const points = (turn: number): readonly number[] =>
    Array.from(
      space.visit({ seed: 3, statesMax: 20, exhaustiveMax: 4, turn }),
      ({ first }) => first,
    );
  const spread = points(0);
  expect(spread.length).toBeLessThanOrEqual(20);
  for (const part of [0, 1, 2, 3]) {
    const within = spread.filter((at) => Math.floor((4 * at) / end) === part);
    expect(within.length, `quarter ${part}`).toBeGreaterThanOrEqual(3);
  }
  const turn = end - 30;
  expect(points(turn).filter((at) => at >= turn)).toHaveLength(10);
});

test("a part of the trace: the states that are legal in it, and no crash point outside", () => {
  fc.assert(
    fc.property(smallTraces, fc.nat(), (trace, draw) => {
      const space = new CrashSpace(trace, PLAIN);
      const from = draw % trace.events.length;
      const within = [...space.visit({ ...ALL, from })];
      expect(within.every(({ first }) => first >= from)).toBe(true);
      const legal = [...space.visit(ALL)].filter(({ last }) => last >= from);
      expect(new Set(within.map(({ key }) => key))).toEqual(new Set(legal.map(({ key }) => key)));
    }),
    { numRuns: 20 },
  );
});
