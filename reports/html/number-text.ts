// Numbers as a reader takes them in: grouped digits, units that fit, no more digits than mean something.

/** `12,345`. */
export function countText(count: number): string {
  return count.toLocaleString("en-US");
}

/** Three digits that count: `0.0123`, `1.23`, `123`, `12,346`. */
export function shortNumber(value: number): string {
  if (value === 0 || Math.abs(value) >= 1000) return countText(Math.round(value));
  return String(Number(value.toPrecision(3)));
}

/** Microseconds in the unit that fits: `850 ns`, `1.25 ms`. */
export function microsText(micros: number): string {
  if (micros === 0) return "0";
  if (micros < 1) return `${shortNumber(micros * 1000)} ns`;
  if (micros < 1000) return `${shortNumber(micros)} µs`;
  return millisText(micros / 1000);
}

/** Milliseconds in the unit that fits. */
export function millisText(millis: number): string {
  if (millis === 0) return "0";
  if (millis < 1) return microsText(millis * 1000);
  return millis < 1000 ? `${shortNumber(millis)} ms` : `${shortNumber(millis / 1000)} s`;
}

/** `64 B`, `16 KiB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 ** 2) return `${shortNumber(bytes / 1024)} KiB`;
  if (bytes < 1024 ** 3) return `${shortNumber(bytes / 1024 ** 2)} MiB`;
  return `${shortNumber(bytes / 1024 ** 3)} GiB`;
}

/** A share, rounded up so that a bound that is printed is one, too: `1.58 %`. */
export function boundText(share: number): string {
  return `${(Math.ceil(share * 10_000) / 100).toFixed(2)}\u00a0%`;
}
