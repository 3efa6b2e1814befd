// What a configuration file must hold, with the default of each field.
import { z } from "zod";
import { powerText } from "../../harness/faults/power-text.ts";
import type { StorePromise } from "../../harness/guarantees/guarantee.ts";
import {
  allowanceSchema,
  barriersSchema,
  optionalPromises,
} from "../../harness/guarantees/promise-schema.ts";
import { mostRecords } from "../../harness/history/allowance.ts";
import type { Range } from "../../harness/workload-arbitraries.ts";
import type { SettledConfiguration, SettledScenario } from "./configuration.ts";

const NAME = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*$/;
const LONGEST_LIFE = 100_000;
const MOST_LIVES = 100;
const LONGEST_WORD = 4096;
const MOST_WORDS = 100;
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

const promiseSchema: z.ZodType<StorePromise> = z
  .strictObject({
    kill: allowanceSchema.default({ records: 0 }),
    power: allowanceSchema.default({ records: 0 }),
    barriers: barriersSchema.optional(),
    batchesAtomic: z.boolean().default(true),
    ordered: z.boolean().default(true),
    lsns: z.boolean().default(false),
    ...optionalPromises,
  })
  .prefault({})
  .transform(({ barriers, ...given }) => ({
    ...given,
    barriers: barriers ?? standardBarriers(given),
  }));

/** Where appends may be lost they are no barriers; all else is one unless the promise says otherwise. */
function standardBarriers(
  promised: Pick<StorePromise, "kill" | "power" | "ioError">,
): StorePromise["barriers"] {
  const { kill, power, ioError = power } = promised;
  const strict = [kill, power, ioError].every((allowance) => mostRecords(allowance) === 0);
  return [...(strict ? (["append"] as const) : []), "batch", "checkpoint", "sync", "close"];
}

const WORD = z
  .string()
  .max(LONGEST_WORD)
  .regex(/^[^\0]*$/, { error: "expected no zero byte" });

/** A program, then its arguments. */
const commandSchema = z
  .array(WORD)
  .min(1)
  .max(MOST_WORDS)
  .refine(([program]) => program !== "", {
    error: "expected a program's name or path first",
  });

const optionsSchema = z.record(z.string(), z.json()).exactOptional();

const subjectSchema = z.union(
  [
    z.strictObject({
      module: z.string().min(1),
      export: z.string().min(1).exactOptional(),
      options: optionsSchema,
      usesStoragePort: z.boolean().default(false),
    }),
    z.strictObject({
      command: z.strictObject({ write: commandSchema, recover: commandSchema }),
      options: optionsSchema,
    }),
  ],
  {
    error:
      'expected { module: "./store.mjs" } or { command: { write: ["./store", "write"], recover: ["./store", "recover"] } }',
  },
);

const workloadSchema = z
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

const scenarioSchema = z
  .strictObject({
    name: z
      .string()
      .max(60)
      .regex(NAME, { error: "expected words of a-z, 0-9 and -, parted by /" }),
    title: z.string().max(200).exactOptional(),
    subject: subjectSchema,
    mode: z.string().min(1).max(60),
    promise: promiseSchema,
    workload: workloadSchema,
    faults: z.array(z.string()).min(1).optional(),
  })
  .transform(({ faults, ...settled }) => ({
    ...settled,
    faults: faults ?? standardFaults(settled),
  }));

/** A module's power can be cut only where it uses the storage port, which its author says. */
function standardFaults({
  subject,
  promise,
}: Pick<SettledScenario, "subject" | "promise">): readonly string[] {
  return "command" in subject ? ["kill", powerText(promise.profile ?? "posix")] : ["kill"];
}

/** Checks a configuration and fills in what was left out. */
export const configurationSchema: z.ZodType<SettledConfiguration> = z.strictObject({
  scenarios: z
    .array(scenarioSchema)
    .min(1)
    .refine((list) => new Set(list.map(({ name }) => name)).size === list.length, {
      error: "expected each name once",
    }),
});
