// What `ackproof measure` measures: our log in each mode and the options swept, or any other scenario.

import { allowedRecords, slackOf } from "../harness/history/allowance.ts";
import type { SettingToMeasure } from "../harness/measure/measure-setting.ts";
import type { Scenario } from "../harness/scenario.ts";
import { isCommand, type Json } from "../harness/subject.ts";
import { walScenarios } from "./wal-scenarios.ts";

const RECORD_SIZES = [64, 1024, 16_384] as const;
/** The size of the spectrum's rows, and of what is swept otherwise. */
const TYPICAL_BYTES = 64;
const LARGER_SIZES = RECORD_SIZES.filter((recordBytes) => recordBytes !== TYPICAL_BYTES);
/** N of mode `batch`; the log's default is typical. */
const COUNTS = [1, 10, 100, 1000] as const;
const TYPICAL_COUNT = 100;
/** Those of which writers are killed. */
const KILLED_COUNTS: readonly number[] = [10, TYPICAL_COUNT];
/** Callers of mode `group`. */
const CALLERS = [1, 16, 64] as const;
const TYPICAL_CALLERS = 64;
const DELAY_MICROS = 200;

/** Bytes that the log adds to a payload, and its default buffer: `none` writes when that is full. */
const RECORD_HEADER_BYTES = 24;
const BUFFER_BYTES = 65_536;

/** Enough to see a flat line. */
const FLAT_APPENDS = 200;
/** A ramp rises as far as one looks. */
const RAMP_APPENDS = 500;
/** A window that opens and closes is seen to do so three times, and to open again; where records are large, twice. */
const CYCLES = 3.3;
const CYCLES_LEAST = 2.2;
/** What is recorded of a store whose count is not known to be less. */
const RECORDED_MOST = 4000;
/** Each recovery of a recorded stretch reads all of it: larger records make it shorter, but not than this. */
const RECORDED_BYTES_MOST = 2 ** 20;
const RECORDED_LEAST = 64;

/** Kills tell most of a mode that loses some and not all. */
const KILLS = { typical: 0.75, counted: 2 } as const;

/** The part of a setting that is its own. */
interface Variant {
  readonly name: string;
  readonly options?: { readonly [key: string]: Json };
  readonly recordBytes?: number;
  readonly callers?: number;
  readonly isTypical?: boolean;
  /** So many appends, or as many as fit; at least those of `cycle`, twice. */
  readonly recordedAppends: number;
  /** Appends until the window closes again. */
  readonly cycle?: number;
  readonly killWeight?: number;
}

/**
 * The settings of these scenarios, in their order. Of our log's modes: the sweeps; of any other scenario: each
 * record size that it takes, alone and with as many callers as it promises to take.
 */
export function measuredSettings(scenarios: readonly Scenario[]): readonly SettingToMeasure[] {
  return scenarios.flatMap((scenario) =>
    variantsOf(scenario).map((variant): SettingToMeasure => {
      const { recordBytes = TYPICAL_BYTES, callers = 1, options = {} } = variant;
      return {
        id: [scenario.name, variant.name, sizeText(recordBytes)]
          .filter((word) => word !== "")
          .join(" "),
        scenario,
        options,
        recordBytes,
        callers,
        isTypical: variant.isTypical ?? false,
        recordedAppends: Math.max(
          RECORDED_LEAST,
          Math.ceil(CYCLES_LEAST * (variant.cycle ?? 0)),
          Math.min(variant.recordedAppends, Math.floor(RECORDED_BYTES_MOST / recordBytes)),
        ),
        killWeight: variant.killWeight ?? 0,
      };
    }),
  );
}

function variantsOf(scenario: Scenario): readonly Variant[] {
  if (!walScenarios.some(({ name }) => name === scenario.name)) return anyVariants(scenario);
  switch (scenario.mode) {
    case "batch":
      return batchVariants();
    case "group":
      return groupVariants();
    case "none":
      return sizes((recordBytes) => Math.max(FLAT_APPENDS, CYCLES * fillsBuffer(recordBytes)));
    case "flush":
      return sizes(() => RAMP_APPENDS);
    default:
      return sizes(() => FLAT_APPENDS);
  }
}

/** Records that the buffer takes. */
function fillsBuffer(recordBytes: number): number {
  return Math.ceil(BUFFER_BYTES / (recordBytes + RECORD_HEADER_BYTES));
}

function sizes(recorded: (recordBytes: number) => number): readonly Variant[] {
  return RECORD_SIZES.map((recordBytes) => {
    const isTypical = recordBytes === TYPICAL_BYTES;
    return {
      name: "",
      recordBytes,
      isTypical,
      recordedAppends: Math.ceil(recorded(recordBytes)),
      killWeight: isTypical ? KILLS.typical : 0,
    };
  });
}

function batchVariants(): readonly Variant[] {
  return [
    ...COUNTS.map((count) => batchVariant(count, TYPICAL_BYTES)),
    ...LARGER_SIZES.map((recordBytes) => batchVariant(TYPICAL_COUNT, recordBytes)),
  ];
}

function batchVariant(batchSyncCount: number, recordBytes: number): Variant {
  const isSmall = recordBytes === TYPICAL_BYTES;
  return {
    name: `N=${batchSyncCount}`,
    options: { batchSyncCount },
    recordBytes,
    isTypical: isSmall && batchSyncCount === TYPICAL_COUNT,
    recordedAppends: Math.max(FLAT_APPENDS, Math.ceil(CYCLES * batchSyncCount)),
    cycle: batchSyncCount,
    killWeight: isSmall && KILLED_COUNTS.includes(batchSyncCount) ? KILLS.counted : 0,
  };
}

function groupVariants(): readonly Variant[] {
  return [
    ...CALLERS.map((callers) => groupVariant(callers, TYPICAL_BYTES)),
    {
      ...groupVariant(TYPICAL_CALLERS, TYPICAL_BYTES),
      name: `callers=${TYPICAL_CALLERS} delay=${DELAY_MICROS}us`,
      options: { commitDelayMicros: DELAY_MICROS, commitSiblings: 5 },
      isTypical: false,
      killWeight: 0,
    },
    ...LARGER_SIZES.map((recordBytes) => groupVariant(TYPICAL_CALLERS, recordBytes)),
  ];
}

function groupVariant(callers: number, recordBytes: number): Variant {
  const isTypical = callers === TYPICAL_CALLERS && recordBytes === TYPICAL_BYTES;
  return {
    name: `callers=${callers}`,
    callers,
    recordBytes,
    isTypical,
    recordedAppends: Math.max(FLAT_APPENDS, callers * 10),
    killWeight: isTypical ? KILLS.typical : 0,
  };
}

/** Of a store that is not ours; how its window closes is what its promise says, or is not known. */
function anyVariants(scenario: Scenario): readonly Variant[] {
  const promise = scenario.promise({});
  const allowed =
    allowedRecords(slackOf(promise.power)) ?? allowedRecords(slackOf(promise.kill)) ?? 0;
  const recordedAppends = Math.min(RECORDED_MOST, Math.max(RAMP_APPENDS, CYCLES * (allowed + 1)));
  const limit = promise.recordLimitBytes ?? Number.POSITIVE_INFINITY;
  const fitting = RECORD_SIZES.filter((recordBytes) => recordBytes <= limit);
  // A program is asked line by line, one caller's after the other's.
  const most = isCommand(scenario.subject) ? 1 : (promise.concurrency ?? 1);
  const one = fitting.map((recordBytes): Variant => {
    const isTypical = recordBytes === TYPICAL_BYTES;
    const killWeight = isTypical ? KILLS.counted : 0;
    return { name: "", recordBytes, isTypical, recordedAppends, killWeight };
  });
  if (most === 1) return one;
  return [...one, { name: `callers=${most}`, callers: most, recordedAppends }];
}

/** As 64 B, 1 KiB; a size that is no whole number of KiB in bytes. */
function sizeText(bytes: number): string {
  return bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} B`;
}
