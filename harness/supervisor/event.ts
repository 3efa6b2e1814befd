// Something that happens once, and that others wait for.

/** A promise and the function that settles it; what happens after the first time is ignored. */
export class Event<T> {
  readonly promise: Promise<T>;
  #resolve: (value: T) => void = () => undefined;

  constructor() {
    this.promise = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  happened(value: T): void {
    this.#resolve(value);
  }
}
