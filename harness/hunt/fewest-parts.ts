// Delta debugging: the fewest parts of a whole that still have an effect.
//
// After Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, IEEE TSE 2002: halves,
// quarters and so on are left out while the rest has the effect, at the end single parts.

/**
 * A subset, in order, that `works`, and of which no single part can be left out; or `undefined`
 * where not even all parts together work. Takes at most about the square of their number of tries.
 */
export async function fewestParts<T>(
  parts: readonly T[],
  works: (parts: readonly T[]) => Promise<boolean>,
): Promise<readonly T[] | undefined> {
  if (await works([])) {
    return [];
  }
  if (!(await works(parts))) {
    return undefined;
  }
  let kept = parts;
  for (let pieceCount = 2; kept.length > 1; ) {
    const size = Math.ceil(kept.length / pieceCount);
    const smaller = await withoutOnePiece(kept, size, works);
    if (smaller !== undefined) {
      kept = smaller;
      pieceCount = Math.max(2, pieceCount - 1);
    } else if (size === 1) {
      break;
    } else {
      pieceCount = Math.min(kept.length, 2 * pieceCount);
    }
  }
  return kept;
}

async function withoutOnePiece<T>(
  parts: readonly T[],
  size: number,
  works: (parts: readonly T[]) => Promise<boolean>,
): Promise<readonly T[] | undefined> {
  for (let from = 0; from < parts.length; from += size) {
    const rest = [...parts.slice(0, from), ...parts.slice(from + size)];
    if (await works(rest)) {
      return rest;
    }
  }
  return undefined;
}
