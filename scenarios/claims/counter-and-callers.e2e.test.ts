// The claim: a counter cannot amortise a sync over concurrent callers.
import { describe, expect, test } from "vitest";
import { type Lsn, openWal } from "../../wal/index.ts";
import { CALLERS_DIRECTORY, CallersDisk, turn } from "./fixtures/callers-disk.ts";
import { upTo } from "./fixtures/log-run.ts";

const PAYLOAD = Buffer.from("a record");
/** Appends of each caller, one after another. */
const ROUNDS = 3;
/** More turns than anything here needs. */
const TURNS = 100;

/** Callers of a log, each of whom waits until its own record is durable. */
interface Callers {
  readonly disk: CallersDisk;
  /** What was acknowledged. */
  readonly answered: readonly Lsn[];
  /** Makes one more caller begin. */
  begin(): void;
}

/** One more caller appends again as soon as it was answered. */
function callersOf(disk: CallersDisk, append: () => Promise<Lsn>): Callers {
  const answered: Lsn[] = [];
  const call = async (): Promise<void> => {
    for (let round = 1; round <= ROUNDS; round += 1) {
      answered.push(await append());
    }
  };
  return { disk, answered, begin: () => void call() };
}

/** Callers of mode `group`. */
function groupCallers(): Callers {
  const disk = new CallersDisk();
  const wal = openWal(CALLERS_DIRECTORY, { mode: "group" }, { storage: disk });
  return callersOf(disk, async () => await wal.append(PAYLOAD));
}

/** Callers of mode `batch`, but that a caller goes on only after a sync behind its append. */
function counterCallers(batchSyncCount: number): Callers {
  const disk = new CallersDisk();
  const options = { mode: "batch", batchSyncCount } as const;
  const wal = openWal(CALLERS_DIRECTORY, options, { storage: disk });
  return callersOf(disk, async () => {
    const before = disk.syncs;
    const lsn = wal.append(PAYLOAD);
    if (disk.syncs === before) {
      await disk.nextSync();
    }
    return lsn;
  });
}

/** Lets syncs end until none is under way; no answer ever comes before its record is durable. */
async function endSyncs({ disk, answered }: Callers): Promise<void> {
  await turn();
  while (disk.underWay > 0) {
    expect(disk.underWay).toBe(1);
    await disk.endSync();
    const found = new Set(disk.foundAfterPowerCut());
    expect(answered.filter((lsn) => !found.has(lsn))).toEqual([]);
  }
}

describe("a counter cannot amortise a sync over concurrent callers", () => {
  describe.each([1, 2, 4, 16, 64, 256])("group, %d callers", (count) => {
    test("who come together: exactly 1/callers fsync a commit", async () => {
      const callers = groupCallers();
      for (let caller = 0; caller < count; caller += 1) {
        callers.begin();
      }
      await endSyncs(callers);
      expect(callers.answered.length).toBe(ROUNDS * count);
      expect(callers.disk.syncs).toBe(ROUNDS);
    });

    test("who come one by one: one sync more, for the first alone", async () => {
      const callers = groupCallers();
      for (let caller = 0; caller < count; caller += 1) {
        callers.begin();
        await turn();
      }
      await endSyncs(callers);
      expect(callers.answered.length).toBe(ROUNDS * count);
      expect(callers.disk.syncs).toBe(count === 1 ? ROUNDS : ROUNDS + 1);
    });
  });

  test.each([1, 2, 4, 16, 32])(
    "batch, N = %d: a sync for N commits, and N-1 of them acknowledged before it",
    (batchSyncCount) => {
      const disk = new CallersDisk();
      const options = { mode: "batch", batchSyncCount } as const;
      const wal = openWal(CALLERS_DIRECTORY, options, { storage: disk });
      const acknowledgements = upTo(ROUNDS * batchSyncCount);
      const lost = acknowledgements.map((acknowledged) => {
        wal.append(PAYLOAD);
        return acknowledged - disk.foundAfterPowerCut().length;
      });
      expect(lost).toEqual(acknowledgements.map((each) => each % batchSyncCount));
      expect(disk.syncs).toBe(ROUNDS);
    },
  );

  describe.each([2, 4, 16, 64])(
    "a counter of N = %d whose callers wait for their sync",
    (count) => {
      test("never fires for N-1 callers", async () => {
        const callers = counterCallers(count);
        for (let caller = 1; caller < count; caller += 1) {
          callers.begin();
        }
        for (let passed = 0; passed < TURNS; passed += 1) {
          await turn();
        }
        expect([callers.answered.length, callers.disk.syncs]).toEqual([0, 0]);
        expect(callers.disk.foundAfterPowerCut()).toEqual([]);
      });

      test("answers the N of each full round, and leaves what is less", async () => {
        const callers = counterCallers(count);
        for (let caller = 0; caller < count; caller += 1) {
          callers.begin();
        }
        await turn();
        expect([callers.answered.length, callers.disk.syncs]).toEqual([ROUNDS * count, ROUNDS]);
        callers.begin();
        for (let passed = 0; passed < TURNS; passed += 1) {
          await turn();
        }
        expect([callers.answered.length, callers.disk.syncs]).toEqual([ROUNDS * count, ROUNDS]);
      });
    },
  );

  test.each([1, 4, 16])("batch, %d callers who each force their own: an fsync each", (count) => {
    const disk = new CallersDisk();
    const wal = openWal(CALLERS_DIRECTORY, { mode: "batch" }, { storage: disk });
    for (const commits of upTo(ROUNDS * count)) {
      wal.append(PAYLOAD);
      wal.sync();
      expect(disk.foundAfterPowerCut().length).toBe(commits);
    }
    expect(disk.syncs).toBe(ROUNDS * count);
  });
});
