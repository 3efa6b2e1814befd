// Recovers a store that was only appended to, and says which of its appends came back whole.
import { payload, readTag } from "../payload.ts";
import { type RecordedStore, recoverOn } from "../power/recorded-store.ts";
import type { StoragePort } from "../storage-port.ts";

export class AppendRecoverer {
  readonly #store: RecordedStore;
  readonly #seed: number;
  readonly #recordBytes: number;
  readonly #payloads = new Map<number, Uint8Array>();

  /** Operation n, from 0, appended the n-th payload of this seed and size. */
  constructor(store: RecordedStore, records: { readonly seed: number; readonly bytes: number }) {
    this.#store = store;
    this.#seed = records.seed;
    this.#recordBytes = records.bytes;
  }

  /** The operations whose records a recovery gives back with their own bytes; none where it refuses the disk. */
  async found(disk: StoragePort): Promise<ReadonlySet<number>> {
    const found = new Set<number>();
    try {
      for await (const { payload: bytes } of await recoverOn(this.#store, disk)) {
        const operation = readTag(bytes)?.operation;
        if (operation !== undefined && Buffer.compare(this.#payload(operation), bytes) === 0) {
          found.add(operation);
        }
      }
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return new Set();
    }
    return found;
  }

  #payload(operation: number): Uint8Array {
    const known = this.#payloads.get(operation);
    if (known !== undefined) return known;
    const made = payload(this.#seed, { operation, item: 0 }, this.#recordBytes);
    this.#payloads.set(operation, made);
    return made;
  }
}
