// The configuration of a user's own scenarios: the content of ackproof.config.ts.
import type { StorePromise } from "../../harness/guarantees/guarantee.ts";
import type { CommandReference, Json, ModuleReference } from "../../harness/subject.ts";
import type { OperationKind } from "../../harness/workload.ts";
import type { Range } from "../../harness/workload-arbitraries.ts";

/** One scenario of a configuration; what is left out has the default that is given. */
export interface ConfiguredScenario {
  /** Words of a-z, 0-9 and `-`, parted by `/`. */
  readonly name: string;
  /** One line for `ackproof list`. */
  readonly title?: string;
  readonly subject: ConfiguredModule | ConfiguredCommand;
  /** Given to a module as `options.mode`, to a program as ACKPROOF_MODE. */
  readonly mode: string;
  /**
   * Default: nothing acknowledged may be lost, values come back in order, batches are whole, no
   * LSNs. Batch, checkpoint, sync and close are barriers, and append where nothing may be lost; so is
   * opening the store, unless `recoverySyncs` is false.
   */
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
  /**
   * As text; all that can run here do, and the result names those that cannot. Default: `kill`, and
   * for a program also the power cut to the disks that its promise is meant for.
   */
  readonly faults?: readonly string[];
}

/** A store that is a JavaScript module. */
interface ConfiguredModule {
  /** A path from the configuration's folder to a .js, .mjs or .cjs file. */
  readonly module: string;
  /** Default: the default export. */
  readonly export?: string;
  readonly options?: { readonly [key: string]: Json };
  /** True where the subject does all its writing through `ports.storage`; default false. */
  readonly usesStoragePort?: boolean;
}

/** A store that is any program; docs/subject-protocol.md has the lines that it speaks. */
interface ConfiguredCommand {
  /**
   * Each a program and its arguments; no shell reads them. A word that begins with `./` or `../` is
   * a path from the configuration's folder, all others are passed as they are.
   */
  readonly command: { readonly write: readonly string[]; readonly recover: readonly string[] };
  /** Given to the program as ACKPROOF_OPTIONS, in JSON. */
  readonly options?: { readonly [key: string]: Json };
}

/** The content of ackproof.config.ts. */
export interface Configuration {
  readonly scenarios: readonly ConfiguredScenario[];
}

/** A scenario with every default in its place. */
export interface SettledScenario {
  readonly name: string;
  readonly title?: string;
  readonly subject: SettledModule | CommandReference;
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

/** A module, and how it writes. */
export type SettledModule = ModuleReference & { readonly usesStoragePort: boolean };

/** A configuration with every default in its place. */
export interface SettledConfiguration {
  readonly scenarios: readonly SettledScenario[];
}

/** Gives the configuration back; it is there so that an editor checks and completes it. */
export function defineConfig(configuration: Configuration): Configuration {
  return configuration;
}
