// The quick window is the slow one: on runs of our log, and where a recovery is odd.
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordRun } from "../../scenarios/hunt/fixtures/recorded-run.ts";
import { walSubject } from "../../scenarios/subjects/wal-subject.ts";
import type { SyncMode } from "../../wal/index.ts";
import { type DeviceProfile, profiles } from "../disk/profile.ts";
import { riskWindow } from "../hunt/risk-window.ts";
import { spaceRiskSource } from "../hunt/space-source.ts";
import { recordChain } from "../power/record-chain.ts";
import type { Subject } from "../subject.ts";
import type { Operation, Workload } from "../workload.ts";
import { AppendRecoverer } from "./append-recoverer.ts";
import { type AppendWindow, appendWindow } from "./append-window.ts";

const SEED = 5;
const LIMITS = { seed: SEED, statesMax: 60 };

/** What a window says right behind each event. */
function byEvent(points: readonly { at: number; records: number }[], events: number): number[] {
  return Array.from(
    { length: events },
    (_, at) => points.findLast((point) => point.at <= at)?.records ?? 0,
  );
}

function appends(count: number, size: number): readonly Operation[] {
  return Array.from({ length: count }, () => ({ kind: "append", size }));
}

const log = fc.record({
  mode: fc.constantFrom<SyncMode>("sync", "batch", "none", "flush"),
  count: fc.integer({ min: 1, max: 12 }),
  recordBytes: fc.integer({ min: 32, max: 90 }),
  bufferBytes: fc.constantFrom(64, 128, 300, 4096),
  segmentBytes: fc.constantFrom(256, 512, 65_536),
  batchSyncCount: fc.integer({ min: 1, max: 5 }),
  profile: fc.constantFrom(profiles.posix, profiles.kill),
});

describe("of our log", () => {
  test("it says the same at every event, and is exact where it says so", async () => {
    let open = 0;
    let exact = 0;
    const property = fc.asyncProperty(log, async (drawn) => {
      const { mode, count, recordBytes, bufferBytes, segmentBytes, batchSyncCount, profile } =
        drawn;
      const counted = mode === "batch" ? { batchSyncCount } : {};
      const options = { bufferBytes, segmentBytes, ...counted };
      const workload: Workload = { seed: SEED, options, lives: [appends(count, recordBytes)] };
      const { trace, crashCase } = await recordRun({ subject: walSubject, mode, workload });
      const store = { subject: walSubject, options: { ...options, mode } };
      const recoverer = new AppendRecoverer(store, { seed: SEED, bytes: recordBytes });
      const quick = await appendWindow({ recoverer, trace }, profile, LIMITS);
      const limits = { seed: SEED, statesMax: 300, exhaustiveMax: 16 };
      const source = spaceRiskSource(trace, profile, limits);
      const slow = await riskWindow({ ...crashCase, profile }, trace, source);
      const { length } = trace.events;
      expect(byEvent(quick.levels, length)).toEqual(byEvent(slow.points, length));
      if (quick.exact) expect(slow.exact).toBe(true);
      expect(quick.samples).toBeGreaterThan(0);
      open += quick.levels.some(({ records }) => records > 0) ? 1 : 0;
      exact += quick.exact ? 1 : 0;
    });
    await fc.assert(property, { numRuns: 40 });
    expect(open).toBeGreaterThan(5);
    expect(exact).toBe(40);
  });
});

const RECORD_BYTES = 40;

function valuesIn(directory: string): string {
  return `${directory}/values`;
}

/** A store in one file that syncs its first record and no other. */
function fileStore(odd: {
  /** It writes the whole file anew for each record. */
  readonly rewrites?: boolean;
  /** It finds nothing where there are so many records. */
  readonly blindAt?: number;
}): Subject {
  return {
    open(directory, _, { storage }) {
      const file = storage.open(valuesIn(directory), "create");
      storage.syncDirectory(directory);
      const kept: Uint8Array[] = [];
      return {
        append(payload) {
          kept.push(payload.slice());
          if (odd.rewrites === true) {
            storage.truncate(file, 0);
            storage.write(file, Buffer.concat(kept), 0);
          } else {
            storage.write(file, payload, (kept.length - 1) * RECORD_BYTES);
          }
          if (kept.length === 1) storage.sync(file);
          return undefined;
        },
        close: () => storage.close(file),
      };
    },
    recover(directory, _, { storage }) {
      if (!storage.list(directory).includes("values")) return [];
      const file = storage.open(valuesIn(directory), "read");
      const bytes = new Uint8Array(storage.size(file));
      storage.read(file, bytes, 0);
      const count = Math.floor(bytes.length / RECORD_BYTES);
      if (count === odd.blindAt) return [];
      return Array.from({ length: count }, (_each, at) => ({
        payload: bytes.subarray(at * RECORD_BYTES, (at + 1) * RECORD_BYTES),
      }));
    },
  };
}

async function windowOf(subject: Subject, profile: DeviceProfile): Promise<AppendWindow> {
  const store = { subject, options: { mode: "any" } };
  const workload: Workload = { seed: SEED, options: {}, lives: [appends(3, RECORD_BYTES)] };
  const plan = { lives: [] };
  const { trace } = await recordChain({ store, workload, plan, profile, seed: SEED });
  const recoverer = new AppendRecoverer(store, { seed: SEED, bytes: RECORD_BYTES });
  return appendWindow({ recoverer, trace }, profile, { seed: SEED, statesMax: 200 });
}

function worst({ levels }: AppendWindow): number {
  return Math.max(...levels.map(({ records }) => records));
}

describe("of a store in one file", () => {
  test("what only appends is exact: all behind the first record may be lost", async () => {
    const window = await windowOf(fileStore({}), profiles.posix);
    expect(window).toMatchObject({ exact: true });
    expect(worst(window)).toBe(2);
    expect(window.levels.at(-1)).toMatchObject({ records: 2, firstLost: 1 });
  });

  test("what writes anew may lose more than what was never synced, so it says at least", async () => {
    const window = await windowOf(fileStore({ rewrites: true }), profiles.posix);
    expect(window.exact).toBe(false);
    expect(worst(window)).toBe(3);
  });

  test("a recovery that finds less where more was kept raises the window", async () => {
    const window = await windowOf(fileStore({ blindAt: 3 }), profiles.posix);
    expect(window.exact).toBe(false);
    expect(worst(window)).toBe(3);
    expect(window.levels.at(-1)).toMatchObject({ records: 3, firstLost: 0 });
  });

  test("a kill takes none of it", async () => {
    expect(worst(await windowOf(fileStore({}), profiles.kill))).toBe(0);
  });
});
