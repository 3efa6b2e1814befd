// Compares two results: row by row and setting by setting, with one correction over all tests. Pure.
import type { Measurement } from "../../harness/measurement.ts";
import type { CampaignResult, ScenarioResult } from "../../harness/result.ts";
import type { RandomStream } from "../../harness/seed.ts";
import { type LatencyContext, machineDifferences, machineDrift } from "./compare-latency.ts";
import { compareAllowances, compareLosses } from "./compare-losses.ts";
import { compareSettings } from "./compare-settings.ts";
import {
  compareDevices,
  compareFindings,
  compareGuarantees,
  compareVerdicts,
  compareViolations,
  newRow,
  vanishedRow,
} from "./compare-verdict.ts";
import type {
  Comparison,
  Difference,
  RowComparison,
  RowFacts,
  RunFacts,
  SettingComparison,
} from "./comparison.ts";
import { countTests, type Draft, ERROR_RATE, gravest, settleDrafts } from "./draft.ts";

/**
 * BASE is what is relied upon, HEAD what is to replace it. docs/compare.md has the rules. `random` is for the
 * intervals of ratios: the same stream gives the same comparison.
 */
export function compareResults(
  base: CampaignResult,
  head: CampaignResult,
  random: RandomStream,
): Comparison {
  const rows = pairRows(base, head);
  const settings = pairSettings(base, head, random);
  const drafts = [...rows, ...settings.pairs].map((pair) => pair.drafts);
  const settled = settleDrafts(drafts);
  const compared = rows.map((row, index) => rowComparison(row, settled[index] ?? []));
  const measured = settings.pairs.map(({ id }, index) =>
    settingComparison(id, settled[rows.length + index] ?? []),
  );
  const nothing = rows.length === 0 && settings.pairs.length === 0;
  const open = [...incomplete(base, head), ...(nothing ? [NOTHING_IN_COMMON] : [])];
  const worst = gravest([...compared, ...measured]);
  return {
    base: runFacts(base),
    head: runFacts(head),
    outcome:
      worst === "weaker" ? worst : worst === "unclear" || open.length > 0 ? "unclear" : "held",
    errorRate: ERROR_RATE,
    tests: countTests(drafts),
    rows: compared,
    settings: measured,
    notes: [...open, ...settings.notes],
  };
}

const NOTHING_IN_COMMON = "Neither result holds anything that could be compared.";

function incomplete(base: CampaignResult, head: CampaignResult): string[] {
  return [
    ...(base.complete ? [] : ["BASE is not complete: its campaign was interrupted or still runs."]),
    ...(head.complete ? [] : ["HEAD is not complete: its campaign was interrupted or still runs."]),
  ];
}

interface RowPair {
  readonly name: string;
  readonly fault: string;
  readonly base: ScenarioResult | undefined;
  readonly head: ScenarioResult | undefined;
  readonly drafts: readonly Draft[];
}

/** In BASE's order, and then what only HEAD has. */
function pairRows(base: CampaignResult, head: CampaignResult): RowPair[] {
  const before = keyedRows(base.scenarios);
  const after = keyedRows(head.scenarios);
  const own = [...before].map(([key, row]) => {
    const same = after.get(key);
    const drafts = same === undefined ? [vanishedRow(row, head)] : compareRows(row, same);
    return { name: row.name, fault: row.fault, base: row, head: same, drafts };
  });
  const fresh = [...after].flatMap(([key, row]) =>
    before.has(key)
      ? []
      : [{ name: row.name, fault: row.fault, base: undefined, head: row, drafts: [newRow(row)] }],
  );
  return [...own, ...fresh];
}

/** By name and fault; a row that was asked for twice keeps its place among those that are alike. */
function keyedRows(rows: readonly ScenarioResult[]): ReadonlyMap<string, ScenarioResult> {
  const keyed = new Map<string, ScenarioResult>();
  for (const row of rows) {
    let nth = 0;
    const key = (): string => JSON.stringify([row.name, row.fault, nth]);
    while (keyed.has(key())) nth += 1;
    keyed.set(key(), row);
  }
  return keyed;
}

function compareRows(base: ScenarioResult, head: ScenarioResult): Draft[] {
  const mode: Draft[] =
    base.mode === head.mode
      ? []
      : [{ aspect: "mode", weight: "changed", text: `${base.mode} -> ${head.mode}` }];
  return [
    compareVerdicts(base, head),
    ...mode,
    ...compareGuarantees(base, head),
    ...compareAllowances(base, head),
    ...compareViolations(base, head),
    ...compareLosses(base, head),
    ...compareFindings(base, head),
    ...compareDevices(base, head),
  ];
}

interface SettingPairs {
  readonly pairs: readonly { readonly id: string; readonly drafts: readonly Draft[] }[];
  readonly notes: readonly string[];
}

function pairSettings(
  base: CampaignResult,
  head: CampaignResult,
  random: RandomStream,
): SettingPairs {
  const { measurement: before } = base;
  const { measurement: after } = head;
  if (before === undefined || after === undefined) {
    const only = before === undefined ? "HEAD" : "BASE";
    const isOne = before !== undefined || after !== undefined;
    return {
      pairs: [],
      notes: isOne ? [`Only ${only} has measurements; they are not compared.`] : [],
    };
  }
  const { latency, notes } = latencyContext([base, before], [head, after], random);
  const pairs = before.settings.map((setting) => {
    const same = after.settings.find(({ id }) => id === setting.id);
    const drafts =
      same === undefined
        ? [added("measured in BASE, not in HEAD")]
        : compareSettings(setting, same, latency);
    return { id: setting.id, drafts };
  });
  const fresh = after.settings.filter(({ id }) => !before.settings.some((one) => one.id === id));
  return {
    pairs: [...pairs, ...fresh.map(({ id }) => ({ id, drafts: [added("new in HEAD")] }))],
    notes,
  };
}

function added(text: string): Draft {
  return { aspect: "row", weight: "changed", text };
}

function latencyContext(
  [base, before]: readonly [CampaignResult, Measurement],
  [head, after]: readonly [CampaignResult, Measurement],
  random: RandomStream,
): { readonly latency: LatencyContext | undefined; readonly notes: readonly string[] } {
  const apart = machineDifferences(
    { machine: base.machine, place: before.place },
    { machine: head.machine, place: after.place },
  );
  if (apart.length === 0) {
    return { latency: { random, drift: machineDrift(before.place, after.place) }, notes: [] };
  }
  const note = `Latencies are not compared, for the machines differ: ${apart.join("; ")}.`;
  return { latency: undefined, notes: [note] };
}

function rowComparison(
  { name, fault, base, head }: RowPair,
  differences: readonly Difference[],
): RowComparison {
  return {
    name,
    fault,
    base: base === undefined ? null : rowFacts(base),
    head: head === undefined ? null : rowFacts(head),
    weight: gravest(differences),
    differences,
  };
}

function settingComparison(id: string, differences: readonly Difference[]): SettingComparison {
  return { id, weight: gravest(differences), differences };
}

function rowFacts(row: ScenarioResult): RowFacts {
  const { verdict, trials, crashes, lostRecordsMax, allowedRecords } = row;
  return { verdict, trials, crashes, lostRecordsMax, allowedRecords };
}

function runFacts(result: CampaignResult): RunFacts {
  const { ackproof, command, seed, startedAt, complete, verdict, machine } = result;
  return { ackproof, command, seed, startedAt, complete, verdict, machine };
}
