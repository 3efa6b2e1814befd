// Log sequence numbers: one safe integer from a life and an index within it.

/**
 * Names a record for ever: `life * 2^32 + index`. LSNs grow in log order and are never given
 * twice, because every open makes a new life durable before it gives the first one.
 */
export type Lsn = number;

/** 2^32: an index is a 32-bit number. */
const LIFE_STEP = 0x1_0000_0000;

/** Lives 1 ... 2^21 - 1 keep an LSN below 2^53, where JavaScript counts exactly. */
export const LIFE_MAX = 0x1f_ffff;

/** Indexes 1 ... 2^32 - 1 within a life; 0 stands for "none". */
export const INDEX_MAX = 0xffff_ffff;

/** The LSN that stands for "nothing yet". */
export const NO_LSN: Lsn = 0;

export function makeLsn(life: number, index: number): Lsn {
  return life * LIFE_STEP + index;
}

/** The parts of an LSN. */
export function lifeOf(lsn: Lsn): number {
  return Math.floor(lsn / LIFE_STEP);
}

/** The place of an LSN within its life, from 1. */
export function indexOf(lsn: Lsn): number {
  return lsn % LIFE_STEP;
}
