// The configuration of a user's own scenarios: the content of ackproof.config.ts.
import type { StorePromise } from "../../harness/guarantees/guarantee.ts";
import type { Json, SubjectReference } from "../../harness/subject.ts";
import type { OperationKind } from "../../harness/workload.ts";
import type { Range } from "../../harness/workload-arbitraries.ts";

/** One scenario of a configuration; what is left out has the default that is given. */
export interface ConfiguredScenario {
  /** Words of a-z, 0-9 and `-`, parted by `/`. */
  readonly name: string;
  /** One line for `ackproof list`. */
  readonly title?: string;
  readonly subject: {
    /** A path from the configuration's folder to a .js, .mjs or .cjs file. */
    readonly module: string;
    /** Default: the default export. */
    readonly export?: string;
    readonly options?: { readonly [key: string]: Json };
    /** True where the subject does all its writing through `ports.storage`; default false. */
    readonly usesStoragePort?: boolean;
  };
  /** Given to the subject as `options.mode`. */
  readonly mode: string;
  /** Default: nothing acknowledged may be lost, all operations are barriers, no LSNs. */
  readonly promise?: Partial<StorePromise>;
  readonly workload?: {
    /** Default: 1 or 2. */
    readonly lives?: number | Range;
    /** Operations of one life; default: 1 to 100. */
    readonly operations?: number | Range;
    /** How often each kind is drawn; default: nothing but appends. */
    readonly weights?: { readonly [K in OperationKind]?: number };
    /** Payload sizes in bytes at which the store changes its course. */
    readonly sizes?: readonly number[];
  };
  /** As text; all that can run here do. Default: `kill`. */
  readonly faults?: readonly string[];
}

/** The content of ackproof.config.ts. */
export interface Configuration {
  readonly scenarios: readonly ConfiguredScenario[];
}

/** A scenario with every default in its place. */
export interface SettledScenario {
  readonly name: string;
  readonly title?: string;
  readonly subject: SubjectReference & { readonly usesStoragePort: boolean };
  readonly mode: string;
  readonly promise: StorePromise;
  readonly workload: {
    readonly lives: Range;
    readonly operations: Range;
    readonly weights: { readonly [K in OperationKind]: number };
    readonly sizes: readonly number[];
  };
  readonly faults: readonly string[];
}

/** A configuration with every default in its place. */
export interface SettledConfiguration {
  readonly scenarios: readonly SettledScenario[];
}

/** Gives the configuration back; it is there so that an editor checks and completes it. */
export function defineConfig(configuration: Configuration): Configuration {
  return configuration;
}
