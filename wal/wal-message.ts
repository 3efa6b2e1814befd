// What the two ends of a connection say to each other over a message port.
import type { Lsn } from "./lsn.ts";
import { WalError, type WalErrorCode } from "./wal-error.ts";

/** A call without its number. */
export type WalCall =
  | { readonly kind: "append"; readonly payload: Uint8Array<ArrayBuffer> }
  | { readonly kind: "batch"; readonly payloads: readonly Uint8Array<ArrayBuffer>[] }
  | { readonly kind: "checkpoint" | "sync" | "drained" };

/** A call of the log; numbered by the end that asks. */
export type WalRequest = WalCall & { readonly id: number };

/** What became of a call; `lsns` is empty for calls that give none. */
export type WalAnswer =
  | { readonly id: number; readonly kind: "done"; readonly lsns: readonly Lsn[] }
  | { readonly id: number; readonly kind: "failed"; readonly error: SentError };

/** An error as it crosses: a structured clone of one would lose its code. */
export interface SentError {
  readonly code: WalErrorCode | undefined;
  readonly message: string;
  readonly cause: { readonly message: string; readonly code: string | undefined } | undefined;
}

export function sendError(error: unknown): SentError {
  if (!(error instanceof Error)) {
    return { code: undefined, message: String(error), cause: undefined };
  }
  const { cause } = error;
  return {
    code: error instanceof WalError ? error.code : undefined,
    message: error.message,
    cause: cause instanceof Error ? { message: cause.message, code: codeOf(cause) } : undefined,
  };
}

export function receiveError({ code, message, cause }: SentError): Error {
  const origin =
    cause === undefined
      ? undefined
      : Object.assign(new Error(cause.message), cause.code === undefined ? {} : cause);
  const facts = origin === undefined ? {} : { cause: origin };
  return code === undefined ? new Error(message, facts) : new WalError(code, message, facts);
}

/** The code that Node gives an error of the system. */
function codeOf(error: Error): string | undefined {
  return "code" in error && typeof error.code === "string" ? error.code : undefined;
}
