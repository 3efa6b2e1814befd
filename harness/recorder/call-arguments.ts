// The arguments of traced calls, read by place: a missing or strange one ends the recording's use.
import { RecorderError } from "./recorder-error.ts";
import type { Argument, TracedCall } from "./traced-call.ts";

/** The call cannot be folded: `reason` completes "cannot be recorded, because ...". */
export function refusal(call: TracedCall, reason: string): RecorderError {
  return new RecorderError(
    "cannot-be-recorded",
    `${call.name} at event ${call.start} of thread ${call.thread} ${reason}`,
  );
}

/** What the call returned; `undefined` for an error and for a call that never returned. */
export function returned(call: TracedCall): number | undefined {
  return call.result.kind === "value" ? call.result.value : undefined;
}

/** A number, or the one that a pointer leads to: `[7]`. */
export function numberAt(call: TracedCall, index: number): number {
  const number = optionalNumberAt(call, index);
  if (number === undefined) {
    throw refusal(call, `has an argument ${index + 1} that is no number`);
  }
  return number;
}

/** The number that a pointer leads to; `undefined` for `NULL` and for what is no number. */
export function optionalNumberAt(call: TracedCall, index: number): number | undefined {
  return numberOf(call.args[index]);
}

function numberOf(argument: Argument | undefined): number | undefined {
  switch (argument?.kind) {
    case "number":
      return argument.value;
    case "list":
      return numberOf(argument.items[0]);
    case "changed":
      // An offset that the call moved: `[0] => [512]`.
      return numberOf(argument.before);
    case undefined:
    case "bytes":
    case "symbols":
    case "struct":
    case "other":
      return undefined;
  }
}

/** A path as text. Names that are no UTF-8 have no place in the model. */
export function pathAt(call: TracedCall, index: number): string {
  const argument = call.args[index];
  if (argument?.kind !== "bytes" || !argument.complete) {
    throw refusal(call, `has an argument ${index + 1} that is no whole path`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(argument.bytes);
  } catch (error) {
    if (error instanceof TypeError) {
      throw refusal(call, "names a path that is not UTF-8");
    }
    throw error;
  }
}

/** The bytes that a call handed over: a buffer, or the buffers of a list of `iovec` or of a message. */
export function bytesAt(call: TracedCall, index: number, count: number): Uint8Array {
  const parts: Uint8Array[] = [];
  collectBytes(call.args[index], parts, call);
  const bytes = Buffer.concat(parts);
  if (bytes.length < count) {
    throw refusal(call, `took ${count} bytes, and the trace holds ${bytes.length} of them`);
  }
  return bytes.subarray(0, count);
}

function collectBytes(argument: Argument | undefined, into: Uint8Array[], call: TracedCall): void {
  switch (argument?.kind) {
    case "bytes":
      if (!argument.complete) throw refusal(call, "wrote more bytes than the trace holds");
      into.push(argument.bytes);
      break;
    case "list":
      argument.items.forEach((item) => collectBytes(item, into, call));
      break;
    case "struct":
      collectBytes(argument.fields.get("iov_base") ?? argument.fields.get("msg_iov"), into, call);
      break;
    case "changed":
      collectBytes(argument.before, into, call);
      break;
    case undefined:
    case "number":
    case "symbols":
    case "other":
      break;
  }
}

/** True where the argument, or a part of it, is or holds this flag. */
export function hasFlag(call: TracedCall, index: number, flag: string): boolean {
  return mentions(call.args[index], flag);
}

/** True where any argument holds this flag. */
export function hasFlagAnywhere(call: TracedCall, flag: string): boolean {
  return call.args.some((argument) => mentions(argument, flag));
}

function mentions(argument: Argument | undefined, flag: string): boolean {
  switch (argument?.kind) {
    case "symbols":
      return argument.names.includes(flag);
    case "list":
      return argument.items.some((item) => mentions(item, flag));
    case "struct":
      return [...argument.fields.values()].some((field) => mentions(field, flag));
    case "changed":
      return mentions(argument.before, flag) || mentions(argument.after, flag);
    case "other":
      return argument.text.split(/\W+/).includes(flag);
    case undefined:
    case "number":
    case "bytes":
      return false;
  }
}

/** The descriptors that a message carries (SCM_RIGHTS). */
export function carriedDescriptors(call: TracedCall, index: number): readonly number[] {
  const numbers: number[] = [];
  const visit = (argument: Argument | undefined, isData: boolean): void => {
    switch (argument?.kind) {
      case "number":
        if (isData) numbers.push(argument.value);
        break;
      case "changed":
        visit(argument.after, isData);
        break;
      case "list":
        argument.items.forEach((item) => visit(item, isData));
        break;
      case "struct":
        if (mentions(argument.fields.get("cmsg_type"), "SCM_RIGHTS")) {
          visit(argument.fields.get("cmsg_data"), true);
        } else {
          argument.fields.forEach((field) => visit(field, false));
        }
        break;
      case undefined:
      case "bytes":
      case "symbols":
      case "other":
        break;
    }
  };
  visit(call.args[index], false);
  return numbers;
}
