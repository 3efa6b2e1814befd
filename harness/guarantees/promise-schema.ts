// What a promise must look like that came from a file: a configuration, or an artifact.
import { z } from "zod";
import { CONCURRENCY_MAX } from "../workload.ts";
import type { Allowance, Barrier, StorePromise } from "./guarantee.ts";

const TEXT_LIMIT = 1000;
const ENTRIES_LIMIT = 100;

const CONCURRENCY_EXPECTED = `expected a whole number of operations in flight from 1 to ${CONCURRENCY_MAX}`;

const count = z.int().min(0);
const text = z.string().min(1).max(TEXT_LIMIT);

/** How much may be lost. */
export const allowanceSchema: z.ZodType<Allowance> = z.union(
  [
    z.literal(["since-barrier", "anything"]),
    z.strictObject({ records: count }),
    z.strictObject({ milliseconds: count }),
  ],
  {
    error:
      'expected "since-barrier", "anything", { records: 0 } or more, or { milliseconds: 0 } or more',
  },
);

/** Operations after which what lies before them is durable. */
export const barriersSchema: z.ZodType<readonly Barrier[]> = z.array(
  z.enum(["append", "batch", "checkpoint", "sync", "close"]),
);

type OptionalMember =
  | "killBarriers"
  | "recoverySyncs"
  | "ioError"
  | "recordLimitBytes"
  | "failsStop"
  | "corruption"
  | "concurrency"
  | "profile"
  | "volatileFiles";

/** The members that may be left out of every promise. */
export const optionalPromises: {
  readonly [M in OptionalMember]: z.ZodExactOptional<z.ZodType<NonNullable<StorePromise[M]>>>;
} = {
  killBarriers: barriersSchema.exactOptional(),
  recoverySyncs: z.boolean().exactOptional(),
  ioError: allowanceSchema.exactOptional(),
  recordLimitBytes: count.exactOptional(),
  failsStop: z.literal(true).exactOptional(),
  corruption: z
    .strictObject({
      damageCodes: z.array(text).max(ENTRIES_LIMIT),
      silentLoss: z.array(z.enum(["behind-last-proof", "before-checkpoint"])),
    })
    .exactOptional(),
  concurrency: z
    .int({ error: CONCURRENCY_EXPECTED })
    .min(1, { error: CONCURRENCY_EXPECTED })
    .max(CONCURRENCY_MAX, { error: CONCURRENCY_EXPECTED })
    .exactOptional(),
  profile: z.enum(["posix", "ext4"]).exactOptional(),
  volatileFiles: z
    .array(z.strictObject({ files: text, manual: z.url() }))
    .max(ENTRIES_LIMIT)
    .exactOptional(),
};

/** A promise with nothing left out that counts. */
export const promiseSchema: z.ZodType<StorePromise> = z.strictObject({
  kill: allowanceSchema,
  power: allowanceSchema,
  barriers: barriersSchema,
  batchesAtomic: z.boolean(),
  ordered: z.boolean(),
  lsns: z.boolean(),
  ...optionalPromises,
});
