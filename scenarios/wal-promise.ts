// What each sync mode of our log promises, as data for the judges.
import type { CorruptionPromise, StorePromise } from "../harness/guarantees/guarantee.ts";
import type { Json } from "../harness/subject.ts";
import type { SyncMode } from "../wal/index.ts";

/** Batches, checkpoints and explicit syncs are barriers in every mode. */
const ALWAYS = ["batch", "checkpoint", "sync"] as const;

/**
 * wal/FORMAT.md, "The limit of detection": a record carries what was synced when it was written, and
 * a header proves all before it. Damage behind the last of these is taken for a tail, and whole
 * segments that are gone from the beginning look truncated where a checkpoint allows that.
 */
const CORRUPTION: CorruptionPromise = {
  damageCodes: ["corrupt", "unsupported-version"],
  silentLoss: ["behind-last-proof", "before-checkpoint"],
};

const SHAPE = {
  batchesAtomic: true,
  ordered: true,
  lsns: true,
  failsStop: true,
  corruption: CORRUPTION,
} as const;

/** A mode of our log: `group` answers by promises, the others at once. */
export type LogMode = SyncMode | "group";

type Options = { readonly [key: string]: Json };

/** The log's default for `batchSyncCount`. */
const BATCH_SYNC_COUNT = 100;

/** The promise of a mode when the log is opened with these options. */
export function walPromise(mode: LogMode, options: Options): StorePromise {
  const limit = options["recordBytesMax"];
  const promise = modePromise(mode, options);
  return limit === undefined ? promise : { ...promise, recordLimitBytes: Number(limit) };
}

function modePromise(mode: LogMode, options: Options): StorePromise {
  switch (mode) {
    case "group":
    case "sync":
      return {
        ...SHAPE,
        kill: { records: 0 },
        power: { records: 0 },
        barriers: ["append", ...ALWAYS, "close"],
      };
    case "batch": {
      const count = options["batchSyncCount"] ?? BATCH_SYNC_COUNT;
      const allowance = { records: Number(count) - 1 };
      return { ...SHAPE, kill: allowance, power: allowance, barriers: [...ALWAYS, "close"] };
    }
    case "flush":
      return { ...SHAPE, kill: { records: 0 }, power: "since-barrier", barriers: ALWAYS };
    case "none":
      return { ...SHAPE, kill: "since-barrier", power: "since-barrier", barriers: ALWAYS };
  }
}
