// The worst of several verdicts: of rows, of trials, of one device.
import type { ProfileVerdict, Verdict } from "../trial-record.ts";

const SEVERITY: { readonly [V in Verdict]: number } = {
  measured: 0,
  held: 1,
  inconclusive: 2,
  violated: 3,
};

/** The worst of them; `inconclusive` where there are none, for nothing was shown. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  const [first = "inconclusive", ...others] = verdicts;
  return others.reduce((worst, next) => (SEVERITY[next] > SEVERITY[worst] ? next : worst), first);
}

/** Device by device, the worst of both. */
export function worstOfEach(
  sum: readonly ProfileVerdict[],
  more: readonly ProfileVerdict[],
): readonly ProfileVerdict[] {
  const names = new Set([...sum, ...more].map(({ profile }) => profile));
  return Array.from(names, (profile) => {
    const own = [...sum, ...more].filter((one) => one.profile === profile);
    return { profile, verdict: worstVerdict(own.map(({ verdict }) => verdict)) };
  });
}
