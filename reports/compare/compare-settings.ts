// Measured settings of two results: promises and exact risk windows by their numbers, losses and latencies by tests.
import type { MeasuredSetting, RiskWindowMeasurement } from "../../harness/measurement.ts";
import { countedSample } from "../statistics/counted-sample.ts";
import { compareLatency, type LatencyContext } from "./compare-latency.ts";
import { testedLosses } from "./compare-losses.ts";
import type { Draft } from "./draft.ts";

const FAULTS = ["kill", "power"] as const;
type MeasuredFault = (typeof FAULTS)[number];

/** `latency` is left out where the two were not measured on machines that are alike. */
export function compareSettings(
  base: MeasuredSetting,
  head: MeasuredSetting,
  latency: LatencyContext | undefined,
): Draft[] {
  return [
    ...compareBarriers(base, head),
    ...FAULTS.flatMap((fault) => compareAllowed(base, head, fault)),
    ...FAULTS.flatMap((fault) => compareWindows(base, head, fault)),
    ...compareSampled(base, head),
    ...(latency === undefined ? [] : compareSpeeds(base, head, latency)),
  ];
}

/** Whether a batch that was acknowledged is durable. */
function compareBarriers(base: MeasuredSetting, head: MeasuredSetting): Draft[] {
  if (base.batchIsBarrier === head.batchIsBarrier) return [];
  const text = `an acknowledged batch: ${batchText(base)} -> ${batchText(head)}`;
  const weight = base.batchIsBarrier === true ? "weaker" : "better";
  return [{ aspect: "guarantees", weight, text }];
}

function batchText({ batchIsBarrier }: MeasuredSetting): string {
  if (batchIsBarrier === null) return "none is promised";
  return batchIsBarrier ? "durable" : "not durable";
}

/** With the options fixed, what is promised is a number and not a draw. */
function compareAllowed(
  base: MeasuredSetting,
  head: MeasuredSetting,
  fault: MeasuredFault,
): Draft[] {
  const before = base.allowedRecords[fault];
  const after = head.allowedRecords[fault];
  if (before === after) return [];
  const isWeaker = (after ?? Infinity) > (before ?? Infinity);
  const text = `${fault}: at most ${before ?? "any number of"} -> ${after ?? "any number of"} records`;
  return [{ aspect: "allowance", weight: isWeaker ? "weaker" : "better", text }];
}

/**
 * Only an exact maximum can be said to have grown; and where the mode sets no number it depends on how much
 * was written, which is no property of the store.
 */
function compareWindows(
  base: MeasuredSetting,
  head: MeasuredSetting,
  fault: MeasuredFault,
): Draft[] {
  if (base.risk === null) return [];
  if (head.risk === null) {
    const text = `${fault}: recorded in BASE, and HEAD could not be`;
    return [{ aspect: "risk window", weight: "unclear", text }];
  }
  const before = base.risk[fault];
  const after = head.risk[fault];
  const text = `${fault}: ${windowText(before)} -> ${windowText(after)}`;
  const isPromised = base.allowedRecords[fault] !== null && head.allowedRecords[fault] !== null;
  const isExact = before.grounds === "exact" && after.grounds === "exact";
  const grew = after.records.max - before.records.max;
  const isKnown = isPromised && isExact && grew !== 0;
  const weight = grew > 0 ? "weaker" : "better";
  return [{ aspect: "risk window", weight: isKnown ? weight : "same", text }];
}

function windowText({ grounds, records, bytes, millis }: RiskWindowMeasurement): string {
  const least = grounds === "exact" ? "" : "at least ";
  return `${least}${records.max} records, ${bytes.max} bytes, ${millis.max.toPrecision(3)} ms`;
}

function compareSampled(base: MeasuredSetting, head: MeasuredSetting): Draft[] {
  return base.sampled.flatMap((before) => {
    const after = head.sampled.find(({ drawn }) => drawn === before.drawn);
    if (after === undefined) return [];
    const samples = [before, after].map(({ counts }) =>
      countedSample(counts.map(({ records, kills }) => ({ value: records, count: kills }))),
    );
    return testedLosses("sampled losses", samples, 1);
  });
}

function compareSpeeds(
  base: MeasuredSetting,
  head: MeasuredSetting,
  context: LatencyContext,
): Draft[] {
  const append = compareLatency("append latency", [base.speed.append, head.speed.append], context);
  if (base.speed.batch === null || head.speed.batch === null) return append;
  const batch = compareLatency("batch latency", [base.speed.batch, head.speed.batch], context);
  return [...append, ...batch];
}
