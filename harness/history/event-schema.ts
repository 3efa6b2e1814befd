// What an event of a history must look like where it is read from a file, which may come from anywhere.
import { z } from "zod";
import type { HistoryEvent } from "./history.ts";

/** The longest message of a store that is kept, in characters. */
const TEXT_LIMIT = 64 * 1024;

const count = z.int().min(0);
const text = z.string().max(TEXT_LIMIT);

const point = z.discriminatedUnion("during", [
  z.strictObject({ during: z.literal("open") }),
  z.strictObject({ during: z.literal("operation"), operation: count, rotation: z.boolean() }),
  z.strictObject({ during: z.literal("idle") }),
  z.strictObject({ during: z.literal("recovery") }),
]);

const outcome = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("found"),
    records: z.array(z.strictObject({ bytes: z.base64(), lsn: z.number().exactOptional() })),
  }),
  z.strictObject({ kind: z.literal("refused"), code: text.exactOptional(), message: text }),
  z.strictObject({ kind: z.literal("hung"), limitMs: z.number() }),
  z.strictObject({ kind: z.literal("died"), message: text }),
]);

const life = count;

/** One event; what it does not know it refuses. */
export const historyEvent: z.ZodType<HistoryEvent> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("open"), life }),
  z.strictObject({ kind: z.literal("opened"), life }),
  z.strictObject({
    kind: z.literal("open-failed"),
    life,
    code: text.exactOptional(),
    message: text,
  }),
  z.strictObject({ kind: z.literal("invoked"), life, operation: count }),
  z.strictObject({
    kind: z.literal("acknowledged"),
    life,
    operation: count,
    lsns: z.array(z.number()),
    atMs: z.number().exactOptional(),
  }),
  z.strictObject({
    kind: z.literal("failed"),
    life,
    operation: count,
    code: text,
    message: text,
  }),
  z.strictObject({ kind: z.literal("closed"), life }),
  z.strictObject({
    kind: z.literal("crash"),
    life,
    fault: text,
    point,
    atMs: z.number().exactOptional(),
  }),
  z.strictObject({ kind: z.literal("recovered"), life, outcome }),
  z.strictObject({ kind: z.literal("io-error"), life, failure: text }),
  z.strictObject({ kind: z.literal("stalled"), life, operations: z.array(count) }),
]);
