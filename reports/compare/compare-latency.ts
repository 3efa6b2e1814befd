// Latencies of two runs: compared where the machines are alike, against a floor that the machine's own drift raises.
import type { LatencySummary, MeasuredPlace } from "../../harness/measurement.ts";
import type { CampaignResult } from "../../harness/result.ts";
import type { RandomStream } from "../../harness/seed.ts";
import { countedSample, sampleSize } from "../statistics/counted-sample.ts";
import { medianRatio } from "../statistics/effect-size.ts";
import { rankTest } from "../statistics/rank-test.ts";
import type { Draft } from "./draft.ts";

/** What all latencies of a comparison share. */
export interface LatencyContext {
  readonly random: RandomStream;
  /** How much slower, or faster, the same sync and the same copy were in one of the runs: at least 1. */
  readonly drift: number;
}

/**
 * Medians of two runs that differ by less are not called different, however sure the test is: it knows the scatter
 * within a run, and runs differ by more than that.
 */
const RATIO_FLOOR = 1.5;
const CALLS_MIN = 100;

/** A place and the rest of the machine. */
export interface MeasuredMachine {
  readonly machine: CampaignResult["machine"];
  readonly place: MeasuredPlace;
}

/** What tells the two machines apart, in words; none where latencies may be compared. */
export function machineDifferences(base: MeasuredMachine, head: MeasuredMachine): string[] {
  const before = facts(base);
  const after = facts(head);
  return Object.keys(before).flatMap((name) =>
    before[name] === after[name] ? [] : [`${name}: ${before[name] ?? ""} and ${after[name] ?? ""}`],
  );
}

function facts({ machine, place }: MeasuredMachine): { readonly [name: string]: string } {
  return {
    platform: `${machine.platform} ${machine.arch}`,
    kernel: machine.release,
    Node: machine.node,
    cores: String(machine.cpus),
    processor: place.cpuModel,
    "file system": place.isInMemory ? `${place.fileSystem}, in memory` : place.fileSystem,
    "mount options": place.mountOptions,
  };
}

/** The largest change of what has nothing to do with the store: a sync of a file, copies in memory. */
export function machineDrift(base: MeasuredPlace, head: MeasuredPlace): number {
  const copies = base.copies.flatMap(({ recordBytes, medianNanos }) => {
    const same = head.copies.find((copy) => copy.recordBytes === recordBytes);
    return same === undefined ? [] : [apart(medianNanos, same.medianNanos)];
  });
  return Math.max(1, apart(base.syncLatency.p50Micros, head.syncLatency.p50Micros), ...copies);
}

/** The ratio of the larger to the smaller; 1 where one of them is nothing. */
function apart(one: number, other: number): number {
  return one > 0 && other > 0 ? Math.max(one / other, other / one) : 1;
}

/** Slower or faster by the medians; latency alone makes nothing weaker. */
export function compareLatency(
  aspect: "append latency" | "batch latency",
  [before, after]: readonly [LatencySummary, LatencySummary],
  { random, drift }: LatencyContext,
): Draft[] {
  const [base = [], head = []] = [before, after].map(({ buckets }) =>
    countedSample(buckets.map(({ upToMicros, count }) => ({ value: upToMicros, count }))),
  );
  if (sampleSize(base) < CALLS_MIN || sampleSize(head) < CALLS_MIN) return [];
  const { ratio, low, high } = medianRatio(base, head, { random });
  const floor = RATIO_FLOOR * drift;
  const isLarge = low >= floor || high <= 1 / floor;
  const direction = ratio < 1 ? "faster: " : "slower: ";
  const interval = `${ratio.toFixed(2)} times (95 %: ${low.toFixed(2)} to ${high.toFixed(2)})`;
  return [
    {
      aspect,
      weight: ratio < 1 ? "better" : "changed",
      text: `${isLarge ? direction : ""}${latencyText(before)} -> ${latencyText(after)}`,
      test: {
        name: "Mann-Whitney",
        pValue: rankTest(base, head).pValue,
        effect: `median ${interval}; called a change from ${floor.toFixed(2)} times`,
        isLarge,
      },
    },
  ];
}

function latencyText({ p50Micros, p99Micros }: LatencySummary): string {
  return `p50 ${p50Micros.toPrecision(3)} us, p99 ${p99Micros.toPrecision(3)} us`;
}
