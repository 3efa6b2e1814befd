// Which record has which LSN, as acknowledgements and recoveries tell.
import { type LogRecord, recordKey } from "../history/log-record.ts";
import { type NamedRecord, recordName } from "./wording.ts";

/** A record that has an LSN. */
export type LsnOwner = NamedRecord;

/** A ledger of LSNs over all lives; what is wrong with a new entry comes as a sentence's end. */
export class LsnLedger {
  readonly #owners = new Map<number, LsnOwner>();
  #highest = -Infinity;

  /** Notes an LSN that was acknowledged: it must be new and above all that are known. */
  acknowledge(lsn: number, owner: LsnOwner): string | undefined {
    const highest = this.#highest;
    const breach = this.#note(lsn, owner);
    if (breach !== undefined || lsn > highest) {
      return breach;
    }
    return `was given LSN ${lsn}, and LSN ${highest} was given before`;
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
