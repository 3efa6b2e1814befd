// The calls that wait for their group, first come first.

/** A call that was accepted and is not settled. */
export interface WaitingCall {
  /** What it takes of a segment; 0 where it adds no record. */
  readonly bytes: number;
  /** How many indexes its records take, a COMMIT among them. */
  readonly indexes: number;
  /** Shares its group with no other call. */
  readonly isAlone: boolean;
  /** Does its work; the returned function answers the caller, after the sync. */
  put(): () => void;
  /** Answers the caller with an error. */
  refuse(error: unknown): void;
}

/** How many calls are taken off before the list is made anew. */
const COMPACT_FROM = 1024;

/** A queue that knows what its calls will take. */
export class WaitingLine {
  #calls: WaitingCall[] = [];
  /** Where the first call stands; those before it are settled. */
  #first = 0;
  #indexes = 0;
  #appends = 0;

  get length(): number {
    return this.#calls.length - this.#first;
  }

  /** Indexes that the calls will take. */
  get indexes(): number {
    return this.#indexes;
  }

  /** Calls that add records. */
  get appends(): number {
    return this.#appends;
  }

  /** The call at this place, from 0. */
  at(place: number): WaitingCall | undefined {
    return this.#calls[this.#first + place];
  }

  push(call: WaitingCall): void {
    this.#calls.push(call);
    this.#count(call, 1);
  }

  /** Takes the first call off. */
  shift(): WaitingCall | undefined {
    const call = this.at(0);
    if (call !== undefined) {
      this.#first += 1;
      this.#count(call, -1);
      this.#compact();
    }
    return call;
  }

  #count(call: WaitingCall, sign: 1 | -1): void {
    this.#indexes += sign * call.indexes;
    this.#appends += call.bytes > 0 ? sign : 0;
  }

  /** Half of the list at least is settled, so each call is moved about once. */
  #compact(): void {
    if (this.length === 0 || (this.#first >= COMPACT_FROM && this.#first > this.length)) {
      this.#calls = this.#calls.slice(this.#first);
      this.#first = 0;
    }
  }
}
