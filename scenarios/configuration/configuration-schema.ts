// What a configuration file must hold, with the default of each field.
import { z } from "zod";
import type { Range } from "../../harness/workload-arbitraries.ts";
import type { SettledConfiguration } from "./configuration.ts";

const NAME = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*$/;
const LONGEST_LIFE = 100_000;
const MOST_LIVES = 100;
const LARGEST_PAYLOAD = 16 * 1024 * 1024;

/** Both ends of a range; a number alone stands for both. */
function range(most: number, standard: Range) {
  const count = z.int().min(1).max(most);
  return z
    .union([count, z.strictObject({ min: count, max: count })])
    .default(standard)
    .transform((value) => (typeof value === "number" ? { min: value, max: value } : value))
    .refine(({ min, max }) => min <= max, { error: "expected min to be at most max" });
}

const weight = z.number().min(0).max(1000);

const allowance = z.union([
  z.literal("since-barrier"),
  z.strictObject({ records: z.int().min(0) }),
]);

const barrier = z.enum(["append", "batch", "checkpoint", "sync", "close"]);

const promise = z
  .strictObject({
    kill: allowance.default({ records: 0 }),
    power: allowance.default({ records: 0 }),
    barriers: z.array(barrier).default(["append", "batch", "checkpoint", "sync", "close"]),
    batchesAtomic: z.boolean().default(true),
    ordered: z.boolean().default(true),
    lsns: z.boolean().default(false),
    recordLimitBytes: z.int().min(0).exactOptional(),
  })
  .prefault({});

const workload = z
  .strictObject({
    lives: range(MOST_LIVES, { min: 1, max: 2 }),
    operations: range(LONGEST_LIFE, { min: 1, max: 100 }),
    weights: z
      .strictObject({
        append: weight.default(8),
        batch: weight.default(0),
        checkpoint: weight.default(0),
        sync: weight.default(0),
        truncate: weight.default(0),
        reopen: weight.default(0),
      })
      .prefault({})
      .refine((weights) => weights.append + weights.batch > 0, {
        error: "expected append or batch above 0, for something to be written",
      }),
    sizes: z.array(z.int().min(0).max(LARGEST_PAYLOAD)).default([]),
  })
  .prefault({});

const scenario = z.strictObject({
  name: z.string().max(60).regex(NAME, { error: "expected words of a-z, 0-9 and -, parted by /" }),
  title: z.string().max(200).exactOptional(),
  subject: z.strictObject({
    module: z.string().min(1),
    export: z.string().min(1).exactOptional(),
    options: z.record(z.string(), z.json()).exactOptional(),
    usesStoragePort: z.boolean().default(false),
  }),
  mode: z.string().min(1).max(60),
  promise,
  workload,
  faults: z.array(z.string()).min(1).default(["kill"]),
});

/** Checks a configuration and fills in what was left out. */
export const configurationSchema: z.ZodType<SettledConfiguration> = z.strictObject({
  scenarios: z
    .array(scenario)
    .min(1)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, {
      error: "expected each name once",
    }),
});
