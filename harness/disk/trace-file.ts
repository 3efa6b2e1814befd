// A disk trace as a file: a line of JSON for the disk at the start, then one for each event.
import { z } from "zod";
import { historyEvent } from "../history/event-schema.ts";
import { DiskError } from "./disk-error.ts";
import type { DiskEvent, DiskTrace } from "./disk-trace.ts";
import type { DiskImage, ImageNode } from "./image.ts";
import { SECTOR_BYTES } from "./sectors.ts";

const FORMAT = "ackproof-disk-trace";
const VERSION = 1;

const count = z.int().nonnegative();
const bytes = z.base64().transform((text) => new Uint8Array(Buffer.from(text, "base64")));
const sector = bytes.refine(({ length }) => length === SECTOR_BYTES, "not a sector");
const place = z.strictObject({ directory: count, name: z.string().min(1) });
const inode = count;
const range = { offset: count, length: count };

const nodeSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("file"),
    size: count,
    sectors: z.array(z.tuple([count, sector])).transform((sectors) => new Map(sectors)),
  }),
  z.strictObject({
    kind: z.literal("directory"),
    names: z.array(z.tuple([z.string().min(1), count])).transform((names) => new Map(names)),
  }),
]);

const headerSchema = z.strictObject({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  inodes: z.array(z.tuple([count, nodeSchema])),
});

const operationSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal(["create", "mkdir", "link", "unlink"]), place, inode }),
  z.strictObject({ kind: z.literal("create-unnamed"), inode }),
  z.strictObject({ kind: z.literal("rename"), from: place, to: place, inode }),
  z.strictObject({ kind: z.literal("exchange"), from: place, to: place, inode, other: inode }),
  z.strictObject({ kind: z.literal("write"), inode, offset: count, bytes }),
  z.strictObject({ kind: z.literal("truncate"), inode, size: count }),
  z.strictObject({ kind: z.literal(["allocate", "zero"]), inode, ...range }),
  z.strictObject({
    kind: z.literal(["fsync", "fdatasync"]),
    inode,
    range: z.strictObject(range).optional(),
  }),
  z.strictObject({ kind: z.literal("fsync-directory"), inode }),
]);

const failureSchema = z.strictObject({
  code: z.string().min(1),
  cache: z.literal(["kept", "reverted"]),
});

const eventSchema: z.ZodType<DiskEvent> = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("start"), operation: operationSchema }),
  z.strictObject({ kind: z.literal("end"), start: count, failed: failureSchema.optional() }),
  z.strictObject({ kind: z.literal("mark"), happened: historyEvent }),
]);

/** The trace as a file's text; `parseTraceFile` inverts it. */
export function formatTraceFile(trace: DiskTrace): string {
  const header = { format: FORMAT, version: VERSION, inodes: imageJson(trace.base) };
  return [header, ...trace.events.map(eventJson)]
    .map((value) => `${JSON.stringify(value)}\n`)
    .join("");
}

function imageJson(image: DiskImage): unknown {
  return Array.from(image.inodes, ([number, node]) => [number, nodeJson(node)]);
}

function nodeJson(node: ImageNode): unknown {
  return node.kind === "file"
    ? { ...node, sectors: Array.from(node.sectors, ([index, data]) => [index, base64(data)]) }
    : { ...node, names: [...node.names] };
}

function eventJson(event: DiskEvent): unknown {
  return event.kind === "start" && event.operation.kind === "write"
    ? { ...event, operation: { ...event.operation, bytes: base64(event.operation.bytes) } }
    : event;
}

function base64(data: Uint8Array): string {
  return Buffer.from(data).toString("base64");
}

/**
 * Reads a trace. Throws `bad-trace`, with the line, where the text is no trace of this version.
 * Whether the events make sense in their order is found out when they are applied.
 */
export function parseTraceFile(text: string): DiskTrace {
  const [first = "", ...lines] = text.split("\n");
  if (lines.pop() !== "") {
    throw new DiskError("bad-trace", "The trace file ends within a line.");
  }
  const { inodes } = parseLine(first, headerSchema, 1);
  const events = lines.map((line, index) => parseLine(line, eventSchema, index + 2));
  return { base: { inodes: new Map(inodes) }, events };
}

function parseLine<T>(line: string, schema: z.ZodType<T>, number: number): T {
  const parsed = schema.safeParse(jsonOrUndefined(line));
  if (!parsed.success) {
    const reason = z.prettifyError(parsed.error);
    throw new DiskError("bad-trace", `Line ${number} of the trace file: ${reason}`);
  }
  return parsed.data;
}

/** Text that is no JSON becomes a value that no schema takes. */
function jsonOrUndefined(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) {
      return undefined;
    }
    throw error;
  }
}
