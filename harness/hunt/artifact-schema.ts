// What the files of an artifact must look like, since they may come from anywhere.
import { z } from "zod";
import type { StorePromise } from "../guarantees/guarantee.ts";
import { promiseSchema } from "../guarantees/promise-schema.ts";
import type { SubjectReference } from "../subject.ts";
import {
  type CorruptionRecord,
  type PowerRecord,
  STRATA,
  type TrialRecord,
} from "../trial-record.ts";
import type { Workload } from "../workload.ts";

/** The content of trial.json. */
export interface ArtifactTrial {
  readonly schemaVersion: 1;
  /** The version of ackproof that wrote it. */
  readonly ackproof: string;
  readonly campaignSeed: number;
  /** As it was when the trial ran; a replay takes the subject from the scenario of that name. */
  readonly subject: SubjectReference;
  readonly promise: StorePromise;
  readonly workload: Workload;
  readonly record: TrialRecord;
  /** What did not fit, in words. */
  readonly leftOut: readonly string[];
}

const PAYLOAD_LIMIT = 64 * 1024 * 1024;
const TEXT_LIMIT = 64 * 1024;
const LIVES_LIMIT = 1000;

const count = z.int().min(0);
const seed = count.max(0xff_ff_ff_ff);
const size = count.max(PAYLOAD_LIMIT);
const text = z.string().max(TEXT_LIMIT);
const options = z.record(text, z.json());

const operation = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("append"), size }),
  z.strictObject({ kind: z.literal("batch"), sizes: z.array(size) }),
  z.strictObject({ kind: z.literal("checkpoint") }),
  z.strictObject({ kind: z.literal("sync") }),
  z.strictObject({ kind: z.literal("truncate") }),
  z.strictObject({ kind: z.literal("reopen") }),
]);

const workload: z.ZodType<Workload> = z.strictObject({
  seed,
  options,
  lives: z.array(z.array(operation)).max(LIVES_LIMIT),
  concurrency: z.int().min(1).max(256).exactOptional(),
});

const stratum = z.enum(STRATA);

const states = z.strictObject({
  legal: z.string().regex(/^\d{1,10000}$/),
  distinct: count,
  visited: count,
  judged: count,
});

const crash = z.strictObject({ at: count, choice: text });

const verdict = z.enum(["measured", "held", "inconclusive", "violated"]);

const power: z.ZodType<PowerRecord> = z.strictObject({
  states,
  nested: states,
  crashPoints: count,
  strata: z.partialRecord(stratum, count),
  acknowledgedRecords: count,
  atRiskRecordsMax: count,
  lostRecordsMax: count,
  allowedRecords: count.nullable(),
  reachedAllowance: count,
  crash: crash.exactOptional(),
  outer: z.array(crash).exactOptional(),
  profiles: z.array(z.strictObject({ profile: text, verdict })).exactOptional(),
});

const corruption: z.ZodType<CorruptionRecord> = z.strictObject({
  judged: count,
  noticed: count,
  harmless: count,
  lostSilently: count,
  lostOperationsMax: count,
  change: text.exactOptional(),
});

const record: z.ZodType<TrialRecord> = z.strictObject({
  trial: count,
  seed,
  scenario: text,
  mode: text,
  fault: text,
  options,
  lives: z
    .array(
      z.strictObject({
        life: count,
        plan: text,
        struck: z.boolean(),
        ended: z.enum(["killed", "closed", "died", "hung", "open-failed"]),
        evidence: text,
        strata: z.array(stratum),
        acknowledgedRecords: count,
        atRiskRecords: count,
        lostRecords: count,
        allowedRecords: count.nullable(),
      }),
    )
    .max(LIVES_LIMIT),
  power: power.exactOptional(),
  ioErrors: z.record(text, count).exactOptional(),
  ioErrorAnswers: z.record(text, count).exactOptional(),
  corruption: corruption.exactOptional(),
  verdict,
  violations: z.array(
    z.strictObject({ guarantee: text, life: count, message: text, operations: z.array(count) }),
  ),
  findings: z.record(text, count).exactOptional(),
  notApplicable: z.array(text),
  problem: text.exactOptional(),
});

const subject: z.ZodType<SubjectReference> = z.union([
  z.strictObject({
    module: text,
    export: text.exactOptional(),
    options: options.exactOptional(),
  }),
  z.strictObject({
    command: z.strictObject({ write: z.array(text), recover: z.array(text) }),
    options: options.exactOptional(),
  }),
]);

/** trial.json, this version of it. */
export const artifactTrial: z.ZodType<ArtifactTrial> = z.strictObject({
  schemaVersion: z.literal(1),
  ackproof: text,
  campaignSeed: seed,
  subject,
  promise: promiseSchema,
  workload,
  record,
  leftOut: z.array(text),
});
