// Which record has which LSN, as acknowledgements and recoveries tell.
import { type LogRecord, recordKey } from "../history/log-record.ts";
import { type NamedRecord, recordName } from "./wording.ts";

/** A record that has an LSN. */
export type LsnOwner = NamedRecord;

/** A ledger of LSNs over all lives; what is wrong with a new entry comes as a sentence's end. */
export class LsnLedger {
  readonly #owners = new Map<number, LsnOwner>();
  /** The greatest LSN known when each operation in flight was asked for, or given to it since. */
  readonly #bounds = new Map<number, number>();
  #highest = -Infinity;

  /** An operation is asked for: its LSNs must be above all that are known by now. */
  invoke(operation: number): void {
    this.#bounds.set(operation, this.#highest);
  }

  /** Notes an LSN that was acknowledged: it must be new and above its operation's bound. */
  acknowledge(lsn: number, owner: LsnOwner): string | undefined {
    const bound = this.#bounds.get(owner.operation) ?? this.#highest;
    const breach = this.#note(lsn, owner);
    if (breach !== undefined) return breach;
    this.#bounds.set(owner.operation, Math.max(bound, lsn));
    return lsn > bound ? undefined : `was given LSN ${lsn}, and LSN ${bound} was given before`;
  }

  /**
   * Notes an LSN that a recovery found. A record whose operation failed or had no answer shows its
   * LSN here for the first time, so nothing but another owner speaks against it.
   */
  find(lsn: number, record: LogRecord): string | undefined {
    if (record.lsn !== undefined && record.lsn !== lsn) {
      return `was acknowledged with LSN ${record.lsn} and found with LSN ${lsn}`;
    }
    return this.#note(lsn, record);
  }

  #note(lsn: number, owner: LsnOwner): string | undefined {
    if (!Number.isSafeInteger(lsn)) {
      return `has LSN ${lsn}, which is no safe integer`;
    }
    const before = this.#owners.get(lsn) ?? owner;
    if (recordKey(before.operation, before.item) !== recordKey(owner.operation, owner.item)) {
      return `has LSN ${lsn}, and so has ${recordName(before)}`;
    }
    this.#owners.set(lsn, owner);
    this.#highest = Math.max(this.#highest, lsn);
    return undefined;
  }
}
