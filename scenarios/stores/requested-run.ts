// What npm run stores was asked for: which stores, and the words that go on to the gate.
import type { Allowance } from "../../harness/guarantees/guarantee.ts";

/** A store as stores.mjs has it. */
export interface Store {
  readonly name: string;
  readonly adapter: string;
  /** What its documentation promises, in our words. */
  readonly says: string;
  /** The address of the page that says so. */
  readonly page: string;
  readonly promise: {
    readonly kill: Allowance;
    readonly power: Allowance;
  };
  /** The program of a store that is a server. */
  readonly server?: string;
}

/** What is to be done. */
export interface RequestedRun {
  /** True where the page is to be written from the last run. */
  readonly page: boolean;
  readonly stores: readonly Store[];
  /** The words of each gate, in their order. */
  readonly gates: readonly (readonly string[])[];
}

/** Where the gate of a fault leaves its report, in the stores' folder. */
export function reportFolder(fault: PagedFault): string {
  return `ackproof-report/${fault}`;
}

/** The faults of the page. */
export type PagedFault = keyof typeof TRIALS;

/** For each scenario, where it is not asked for: a recording has thousands of crashes, a kill is one. */
const TRIALS = { kill: 60, power: 4, "io-error": 8 } as const;

/** The faults of the page, in its order. */
export const PAGED_FAULTS: readonly PagedFault[] = ["kill", "power", "io-error"];

/** Without a name: the stores that need no server, or with `--all` all of them. */
export function requestedRun(words: readonly string[], stores: readonly Store[]): RequestedRun {
  const own = new Set(["--all", "--page"]);
  const rest = words.filter((word) => !own.has(word));
  const named = stores.filter(({ name }) => rest.includes(name));
  const standard = words.includes("--all") ? stores : stores.filter(isEmbedded);
  const chosen = named.length > 0 ? named : standard;
  const names = named.length > 0 ? [] : chosen.map(({ name }) => name);
  return {
    page: words.includes("--page"),
    stores: chosen,
    gates: gatesOf([...names, ...rest]),
  };
}

/** One for each fault, unless the words name a fault of their own. */
function gatesOf(words: readonly string[]): readonly (readonly string[])[] {
  const has = (option: RegExp): boolean => words.some((word) => option.test(word));
  if (has(/^--fault\b/)) return [words];
  return PAGED_FAULTS.map((fault) => [
    ...words,
    "--fault",
    fault,
    // The gate's own 55 seconds are for a few scenarios, not for all of these.
    ...(has(/^--(trials|time)\b/) ? [] : ["--trials", String(TRIALS[fault])]),
    ...(has(/^--out\b/) ? [] : ["--out", reportFolder(fault)]),
  ]);
}

function isEmbedded({ server }: Store): boolean {
  return server === undefined;
}
