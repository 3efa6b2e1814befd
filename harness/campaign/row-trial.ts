// One trial of a row, whatever its fault: what came of it, in one shape.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { shrinkCorruptionTrial } from "../corruption/shrink-corruption-trial.ts";
import { runSupervisedCorruption } from "../corruption/supervised-trial.ts";
import type { StoryBytes } from "../crash-story.ts";
import { parseCrashChoice } from "../disk/crash-choice.ts";
import { crashImage } from "../disk/crash-image.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { DiskImage } from "../disk/image.ts";
import { crashFault, parseFault } from "../faults/parse-fault.ts";
import type { History } from "../history/history.ts";
import { layOutImage } from "../hunt/image-files.ts";
import { settleCrash } from "../hunt/settle-crash.ts";
import type { CallCounts } from "../power/call-counts.ts";
import type { WantedFailure } from "../power/chain-plan.ts";
import { runPowerTrial } from "../power/power-trial.ts";
import { STORE_DIRECTORY } from "../power/recorded-store.ts";
import { shrinkPowerTrial } from "../power/shrink-power-trial.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { runTrial } from "../trial.ts";
import type { TrialRecord } from "../trial-record.ts";
import type { Workload } from "../workload.ts";
import type { CampaignRow } from "./plan-rows.ts";

/** A trial's outcome, as far as all faults have it. */
export interface RowOutcome {
  readonly record: TrialRecord;
  readonly history: History;
  /** A copy of the store that a violation shows on; whoever takes the outcome removes it. */
  readonly store?: string;
  /** Why a violation has no copy of the store. */
  readonly storeMissing?: string;
  /** The disk trace that the store's copy was made from, where the trial was recorded. */
  readonly trace?: DiskTrace;
  /** Of damage at rest: where it changed the store's files. */
  readonly changed?: readonly StoryBytes[];
  /** Of an I/O error: how often each call was made that could have failed. */
  readonly callCounts?: CallCounts;
  /** Of a program: why its failure need not strike the same call again. */
  readonly approximate?: readonly string[];
  readonly stderr: string;
}

/** Which trial of the row. */
export interface RowTrial {
  readonly trial: number;
  readonly seed: number;
  /** True for the convicting twin. */
  readonly lie?: boolean;
  readonly workload?: Workload;
  /** Of an I/O error: which failure it is, where it is not drawn with the chain. */
  readonly failure?: WantedFailure;
}

/** Runs one trial of the row's fault. @throws as `runTrial`, `runPowerTrial` and `runSupervisedCorruption` */
export async function runRowTrial(
  row: CampaignRow,
  which: RowTrial,
  supervisor: Supervisor,
): Promise<RowOutcome> {
  const fault = parseFault(row.fault);
  switch (fault.kind) {
    case "kill":
      return runTrial({ ...row, ...which }, supervisor);
    case "power":
    case "io-error": {
      const outcome = await runPowerTrial({ ...row, ...which, fault }, supervisor);
      // The twin's disk is of a device that ignores syncs, and nobody looks at it.
      return which.lie === true ? outcome : { ...outcome, ...layOut(outcome, supervisor) };
    }
    case "corrupt": {
      const { damaged, ...outcome } = await runSupervisedCorruption(
        { ...row, ...which, fault },
        supervisor,
      );
      return damaged === undefined ? outcome : { ...outcome, ...layOutFiles(damaged, supervisor) };
    }
  }
}

/** A smaller violation of the same row: fewer operations, and less lost or damaged on its disk. */
export async function shrinkRowTrial(
  row: CampaignRow,
  found: RowOutcome,
  supervisor: Supervisor,
): Promise<RowOutcome> {
  const fault = parseFault(row.fault);
  const { trial, seed } = found.record;
  switch (fault.kind) {
    case "kill":
      return found;
    case "power":
    case "io-error": {
      const shrunk = await shrinkPowerTrial({ ...row, fault, trial, seed }, found, supervisor);
      // A program's smaller crashes take a recovery of its own each; its disk stays as it was found.
      if (!row.scenario.usesStoragePort) return shrunk;
      const { record, history, trace, stderr } = await settleCrash(
        shrunk,
        row.scenario,
        supervisor,
      );
      const smallest = { record, history, stderr, ...(trace === undefined ? {} : { trace }) };
      return { ...smallest, ...layOut(smallest, supervisor) };
    }
    case "corrupt": {
      const request = { ...row, fault, trial, seed };
      const shrunk = await shrinkCorruptionTrial(request, found, supervisor);
      const { damaged, ...smallest } = shrunk;
      return damaged === undefined ? found : { ...smallest, ...layOutFiles(damaged, supervisor) };
    }
  }
}

/** The disk of a violation as files. */
function layOut(
  { record, trace, store }: Pick<RowOutcome, "record" | "trace" | "store">,
  supervisor: Supervisor,
): Pick<RowOutcome, "store"> {
  if (store !== undefined) return { store };
  const crash = record.power?.crash;
  if (trace === undefined || crash === undefined) return {};
  const keep = parseCrashChoice(crash.choice);
  const profile = crashFault(record.fault)?.profile;
  const under = profile === undefined ? {} : { profile };
  const image = crashImage(trace, { at: crash.at, keep, ...under });
  return layOutFiles(image, supervisor);
}

function layOutFiles(image: DiskImage, supervisor: Supervisor): { readonly store: string } {
  const store = join(supervisor.makeDirectory(), "store");
  layOutImage(image, STORE_DIRECTORY, store);
  return { store };
}

/** Removes the copy of the store that an outcome hands over. */
export function discardStore(outcome: RowOutcome): void {
  if (outcome.store !== undefined) rmSync(outcome.store, { recursive: true, force: true });
}
