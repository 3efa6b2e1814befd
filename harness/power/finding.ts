// What one recovery found: where it can, as runs of the log's records, which are quick to judge.
import { createHash } from "node:crypto";
import type { FoundRecord, RecoveryOutcome } from "../history/history.ts";
import type { FoundValue } from "../subject.ts";
import { errorCode } from "../supervisor/error-code.ts";
import type { LogCatalogue } from "./log-catalogue.ts";

/** Records with consecutive numbers, from `first` through `last`. */
export interface Run {
  readonly first: number;
  readonly last: number;
}

/** Equal texts: equal findings. */
export interface Finding {
  readonly text: string;
  /** Growing runs of records, each with its right bytes and LSN; undefined for anything else. */
  readonly runs: readonly Run[] | undefined;
  /** False where the store refused to recover. */
  readonly found: boolean;
  /** The finding as a history has it. */
  outcome(): RecoveryOutcome;
}

/** More values than this are enough to convict: far more than any workload writes. */
const VALUES_LIMIT = 1_000_000;
const MESSAGE_LIMIT = 1_000;
/** Ordinary findings that are kept to be shared. */
const ORDINARY_LIMIT = 10_000;

/** Reads recoveries of one workload's store. */
export class FindingReader {
  readonly #catalogue: LogCatalogue;
  readonly #lsns: boolean;
  /** The ordinary findings so far by their text: a few, found by many recoveries. */
  readonly #ordinary = new Map<string, Finding>();

  /** `lsns`: the store promises LSNs, so a value without its own is nothing ordinary. */
  constructor(catalogue: LogCatalogue, lsns: boolean) {
    this.#catalogue = catalogue;
    this.#lsns = lsns;
  }

  /** Runs a recovery and reads it to its end; an error is the store's refusal. */
  async read(
    recovery: () => Promise<Iterable<FoundValue> | AsyncIterable<FoundValue>>,
  ): Promise<Finding> {
    const reading = new Reading(this.#catalogue, this.#lsns, this.#ordinary);
    try {
      const values = await recovery();
      if (Symbol.asyncIterator in values) {
        for await (const value of values) if (!reading.add(value)) break;
      } else {
        for (const value of values) if (!reading.add(value)) break;
      }
    } catch (error) {
      return refusal(error);
    }
    return reading.finding();
  }

  /** The finding of a recovery that another process ran. */
  of(outcome: RecoveryOutcome): Finding {
    if (outcome.kind !== "found") return refused(outcome);
    const reading = new Reading(this.#catalogue, this.#lsns, this.#ordinary);
    for (const { bytes, lsn } of outcome.records) {
      const payload = Buffer.from(bytes, "base64");
      if (!reading.add(lsn === undefined ? { payload } : { payload, lsn })) break;
    }
    return reading.finding();
  }
}

/** One recovery while it is read: in runs as long as nothing is odd, then value by value. */
class Reading {
  readonly #catalogue: LogCatalogue;
  readonly #lsns: boolean;
  readonly #ordinary: Map<string, Finding>;
  readonly #runs: { first: number; last: number }[] = [];
  #odd: FoundRecord[] | undefined;
  #count = 0;

  constructor(catalogue: LogCatalogue, lsns: boolean, ordinary: Map<string, Finding>) {
    this.#catalogue = catalogue;
    this.#lsns = lsns;
    this.#ordinary = ordinary;
  }

  /** False once there is more than enough. */
  add({ payload, lsn }: FoundValue): boolean {
    this.#count += 1;
    if (this.#odd === undefined && !this.#extend(payload, lsn)) {
      this.#odd = recordsOf(this.#runs, this.#catalogue, this.#lsns);
    }
    this.#odd?.push(foundRecord(payload, lsn));
    return this.#count < VALUES_LIMIT;
  }

  finding(): Finding {
    const records = this.#odd;
    if (records !== undefined) {
      const outcome: RecoveryOutcome = { kind: "found", records };
      return { text: digest(outcome), runs: undefined, found: true, outcome: () => outcome };
    }
    const runs = this.#runs;
    const text = runs.map(({ first, last }) => `${first}-${last}`).join(",");
    const known = this.#ordinary.get(text);
    if (known !== undefined) return known;
    const outcome = (): RecoveryOutcome => ({
      kind: "found",
      records: recordsOf(runs, this.#catalogue, this.#lsns),
    });
    const finding = { text, runs, found: true, outcome };
    if (this.#ordinary.size < ORDINARY_LIMIT) this.#ordinary.set(text, finding);
    return finding;
  }

  /** Adds the value to the runs; false where it is not an ordinary one. */
  #extend(payload: Uint8Array, lsn: number | undefined): boolean {
    const run = this.#runs.at(-1);
    const next = run === undefined ? 0 : run.last + 1;
    if (run !== undefined && this.#is(next, payload, lsn)) {
      run.last = next;
      return true;
    }
    const index = this.#catalogue.find(payload, lsn);
    if (index === undefined || index < next || !this.#is(index, payload, lsn)) return false;
    this.#runs.push({ first: index, last: index });
    return true;
  }

  #is(index: number, payload: Uint8Array, lsn: number | undefined): boolean {
    const catalogue = this.#catalogue;
    if (index >= catalogue.size) return false;
    if (this.#lsns && (lsn === undefined || lsn !== catalogue.lsn(index))) return false;
    const bytes = catalogue.bytes(index);
    return payload.length === bytes.length && Buffer.compare(payload, bytes) === 0;
  }
}

function recordsOf(runs: readonly Run[], catalogue: LogCatalogue, lsns: boolean): FoundRecord[] {
  return runs.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, place) =>
      foundRecord(catalogue.bytes(first + place), lsns ? catalogue.lsn(first + place) : undefined),
    ),
  );
}

function foundRecord(payload: Uint8Array, lsn: number | undefined): FoundRecord {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
  return { bytes: bytes.toString("base64"), ...(lsn === undefined ? {} : { lsn }) };
}

function refusal(error: unknown): Finding {
  const code = error instanceof Error ? errorCode(error) : undefined;
  const text = error instanceof Error ? error.message : String(error);
  const message = text.slice(0, MESSAGE_LIMIT);
  const outcome: RecoveryOutcome = {
    kind: "refused",
    ...(code === undefined ? {} : { code }),
    message,
  };
  return refused(outcome);
}

function refused(outcome: RecoveryOutcome): Finding {
  return { text: digest(outcome), runs: undefined, found: false, outcome: () => outcome };
}

function digest(outcome: RecoveryOutcome): string {
  return createHash("sha256").update(JSON.stringify(outcome)).digest("hex");
}
