// The shape of a mark in a trace file: a history event, checked when it is read back.
import { z } from "zod";
import type { HistoryEvent } from "../history/history.ts";

const count = z.int().nonnegative();
const life = { life: count };

const point = z.discriminatedUnion("during", [
  z.strictObject({ during: z.literal(["open", "idle", "recovery"]) }),
  z.strictObject({ during: z.literal("operation"), operation: count, rotation: z.boolean() }),
]);

const outcome = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("found"),
    records: z.array(z.strictObject({ bytes: z.base64(), lsn: z.number().exactOptional() })),
  }),
  z.strictObject({
    kind: z.literal("refused"),
    code: z.string().exactOptional(),
    message: z.string(),
  }),
  z.strictObject({ kind: z.literal("hung"), limitMs: z.number() }),
  z.strictObject({ kind: z.literal("died"), message: z.string() }),
]);

/** Reads one history event; what it does not know it refuses. */
export const markSchema: z.ZodType<HistoryEvent> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal(["open", "opened", "closed"]), ...life }),
  z.strictObject({
    kind: z.literal("open-failed"),
    ...life,
    code: z.string().exactOptional(),
    message: z.string(),
  }),
  z.strictObject({ kind: z.literal("invoked"), ...life, operation: count }),
  z.strictObject({
    kind: z.literal("acknowledged"),
    ...life,
    operation: count,
    lsns: z.array(z.number()),
  }),
  z.strictObject({
    kind: z.literal("failed"),
    ...life,
    operation: count,
    code: z.string(),
    message: z.string(),
  }),
  z.strictObject({ kind: z.literal("crash"), ...life, fault: z.string(), point }),
  z.strictObject({ kind: z.literal("recovered"), ...life, outcome }),
  z.strictObject({ kind: z.literal("io-error"), ...life, failure: z.string() }),
  z.strictObject({ kind: z.literal("stalled"), ...life, operations: z.array(count) }),
]);
