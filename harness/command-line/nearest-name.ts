// The known name that a mistyped one was most likely meant to be.

/** Names further away than this share of their length are no help. */
const FURTHEST_SHARE = 0.4;
/** What is typed is compared up to this many characters. */
const LONGEST = 100;

/** The closest of the names, or `undefined` where none is close. Case does not count. */
export function nearestName(typed: string, names: readonly string[]): string | undefined {
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const name of names) {
    const distance = editDistance(typed.slice(0, LONGEST).toLowerCase(), name.toLowerCase());
    const near = distance <= Math.ceil(name.length * FURTHEST_SHARE);
    if (near && distance < (best?.distance ?? Infinity)) best = { name, distance };
  }
  return best?.name;
}

/** ` Did you mean "x"?`, or nothing where no name is close. */
export function didYouMean(typed: string, names: readonly string[]): string {
  const nearest = nearestName(typed, names);
  return nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
}

/** Levenshtein's distance, by the usual table of which one row is kept. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
