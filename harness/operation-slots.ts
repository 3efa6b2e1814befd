// Slots: the operations of a life asked one after the other, as many in flight as there may be.
import { type OperationsToAsk, operationsAsked } from "./operations-asked.ts";
import { isPromise } from "./perform-operation.ts";
import type { MaybePromise } from "./subject.ts";

/** Operations to ask in slots. */
interface SlotsToFill extends OperationsToAsk {
  /** Waited for before each operation; left out, a free slot asks at once. */
  readonly pause?: () => Promise<void>;
}

/**
 * Does the operation at this place of the list, and tells its answer before it returns or settles.
 * False where nothing more may be asked.
 */
type AskOperation = (place: number) => MaybePromise<boolean>;

/**
 * Asks in order, each operation as soon as a slot is free; while nobody gives a promise there is no
 * turn of the microtask queue. True when all are answered; false as soon as `ask` says so, whatever
 * is still in flight.
 * @throws what `ask` throws or rejects with
 */
export async function askInSlots(slots: SlotsToFill, ask: AskOperation): Promise<boolean> {
  return new OperationSlots(slots, ask).run();
}

class OperationSlots {
  readonly #slots: SlotsToFill;
  readonly #ask: AskOperation;
  #asked = 0;
  #answers = 0;
  #isEnded = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(slots: SlotsToFill, ask: AskOperation) {
    this.#slots = slots;
    this.#ask = ask;
  }

  async run(): Promise<boolean> {
    const { operations, pause } = this.#slots;
    while (this.#answers < operations.length) {
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#isEnded) return false;
      if (this.#asked === operationsAsked(this.#slots, this.#answers)) {
        await this.#nextAnswer();
        continue;
      }
      if (pause !== undefined) await pause();
      if (!this.#isEnded) this.#askNext();
    }
    return !this.#isEnded;
  }

  #askNext(): void {
    const place = this.#asked;
    this.#asked += 1;
    const goesOn = this.#ask(place);
    if (!isPromise(goesOn)) {
      this.#answered(goesOn);
      return;
    }
    goesOn.then(
      (value) => this.#answered(value),
      (error: unknown) => {
        this.#failure = { error };
        this.#wake();
      },
    );
  }

  /** Called with something in flight: no other wait can have been missed. */
  #nextAnswer(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #answered(goesOn: boolean): void {
    this.#answers += 1;
    if (!goesOn) this.#isEnded = true;
    this.#wake();
  }
}
