// The refusal of what is no payload, before anything is done with it.
import { WalError } from "./wal-error.ts";

/** @throws WalError `bad-argument`, `record-too-large`. */
export function acceptPayload(payload: unknown, recordBytesMax: number): void {
  if (!(payload instanceof Uint8Array)) {
    throw new WalError("bad-argument", `A payload is a Uint8Array, not ${typeof payload}.`);
  }
  if (payload.length > recordBytesMax) {
    throw new WalError(
      "record-too-large",
      `A record of ${payload.length} bytes is over the limit of ${recordBytesMax}; nothing was written.`,
    );
  }
}

/** Looks at the batch, not at what is in it. @throws WalError `bad-argument`. */
export function acceptArray(payloads: unknown): void {
  if (!Array.isArray(payloads)) {
    throw new WalError("bad-argument", `A batch is an array, not ${typeof payloads}.`);
  }
}
