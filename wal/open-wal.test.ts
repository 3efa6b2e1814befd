// Opening: one life after another, their segments, the directory, and what is given back.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { craftHeader, craftSegment, putSegments } from "./fixtures/crafted-log.ts";
import { openDescriptors } from "./fixtures/open-descriptors.ts";
import { quickDisk } from "./fixtures/quick-disk.ts";
import { bytesOf, codeOf, readBack } from "./fixtures/read-back.ts";
import { stopAfter, tapStorage, wasStopped } from "./fixtures/tapped-storage.ts";
import { inTempDirectory, readImage } from "./fixtures/temp-directory.ts";
import { INDEX_MAX, LIFE_MAX, lifeOf, makeLsn } from "./lsn.ts";
import { openWal } from "./open-wal.ts";
import { recover } from "./recover.ts";
import { decodeSegmentHeader } from "./segment-header.ts";

/** The headers of a log's segments, by file name. */
function headersOf(directory: string): Record<string, unknown>[] {
  return [...readImage(directory)].map(([name, bytes]) => {
    const outcome = decodeSegmentHeader(bytes);
    return outcome.kind === "header" ? { name, ...outcome.header } : { name };
  });
}

describe("lives", () => {
  test("each open begins the next, and no LSN is given twice", () => {
    inTempDirectory((directory) => {
      const lsns: number[] = [];
      for (let life = 1; life <= 20; life += 1) {
        const wal = openWal(directory, { mode: "none" }, { storage: quickDisk });
        lsns.push(wal.append(bytesOf(String(life))));
        if (life % 2 === 0) {
          wal.close();
        } else {
          wal.sync();
          wal.close();
        }
      }
      expect(lsns).toEqual(Array.from({ length: 20 }, (_, at) => makeLsn(at + 1, 1)));
      expect(readBack(directory).lsns).toEqual(lsns);
    });
  });

  test("a life that lost its records still counts", () => {
    inTempDirectory((directory) => {
      const tap = tapStorage(undefined, quickDisk);
      openWal(directory, { mode: "none" }, { storage: tap.storage }).append(bytesOf("lost"));
      tap.die();
      const wal = openWal(directory, {}, { storage: quickDisk });
      expect(wal.append(bytesOf("next"))).toBe(makeLsn(2, 1));
      wal.close();
    });
  });

  test("a segment without records is replaced: opening often leaves one file", () => {
    inTempDirectory((directory) => {
      for (let life = 1; life <= 30; life += 1) {
        openWal(directory, { segmentBytes: 512 + life }, { storage: quickDisk }).close();
      }
      expect(headersOf(directory)).toMatchObject([
        { name: "000000000001.wal", sequence: 1, life: 30, firstIndex: 1, previousLsn: 0 },
      ]);
    });
  });

  test("replacing keeps what the header says of the log before it", () => {
    inTempDirectory((directory) => {
      const first = openWal(directory, {}, { storage: quickDisk });
      first.append(bytesOf("a"));
      const checkpoint = first.checkpoint();
      first.close();
      openWal(directory, {}, { storage: quickDisk }).close();
      const third = openWal(directory, {}, { storage: quickDisk });
      expect(third.lastCheckpoint).toBe(checkpoint);
      third.append(bytesOf("b"));
      third.close();
      const [one, two] = headersOf(directory);
      expect(two).toMatchObject({ sequence: 2, life: 3, previousLsn: checkpoint });
      expect(two).toMatchObject({ checkpointLsn: checkpoint, identity: one?.["identity"] });
      expect(readBack(directory).texts).toEqual(["a", "b"]);
    });
  });

  test("a crash at each call of opening: lives only grow", () => {
    inTempDirectory((directory) => {
      let last = 0;
      for (let stop = 0; stop < 40; stop += 1) {
        const tap = tapStorage(stopAfter(stop), quickDisk);
        wasStopped(() => openWal(directory, {}, { storage: tap.storage }));
        tap.die();
        const wal = openWal(directory, {}, { storage: quickDisk });
        const life = lifeOf(wal.append(bytesOf(String(stop))));
        expect(life).toBeGreaterThan(last);
        last = life;
        wal.close();
      }
      expect(readBack(directory).texts.length).toBe(40);
    });
  });

  test("when all are used up, the log can be read and no more be opened", () => {
    inTempDirectory((directory) => {
      const header = craftHeader({ life: LIFE_MAX });
      putSegments(directory, [craftSegment(header, [{ payload: bytesOf("last") }])]);
      expect(codeOf(() => openWal(directory))).toBe("exhausted");
      expect(readBack(directory)).toMatchObject({
        texts: ["last"],
        lsns: [makeLsn(LIFE_MAX, 1)],
      });
    });
  });

  test("a record with the last index is read", () => {
    inTempDirectory((directory) => {
      const header = craftHeader({ firstIndex: INDEX_MAX });
      putSegments(directory, [craftSegment(header, [{ payload: bytesOf("last") }])]);
      expect(readBack(directory).lsns).toEqual([makeLsn(1, INDEX_MAX)]);
    });
  });
});

describe("the directory", () => {
  test("is made with its parents, each name synced in its parent", () => {
    inTempDirectory((directory) => {
      const deep = join(directory, "a", "b", "c");
      openWal(deep).close();
      expect(readdirSync(deep)).toEqual(["000000000001.wal"]);
    });
  });

  test("may be opened with options that changed", () => {
    inTempDirectory((directory) => {
      const modes = ["sync", "batch", "none", "flush"] as const;
      for (const [at, mode] of modes.entries()) {
        const options = { mode, segmentBytes: 128 + 50 * at, preallocate: at % 2 === 0 };
        const wal = openWal(directory, options, { storage: quickDisk });
        wal.appendBatch(["x", "y", "z"].map((text) => bytesOf(mode + text)));
        wal.close();
      }
      expect(readBack(directory).texts.length).toBe(12);
    });
  });

  test("that is a file is the disk's own error", () => {
    inTempDirectory((directory) => {
      writeFileSync(join(directory, "file"), "");
      expect(() => openWal(join(directory, "file"))).toThrow(
        expect.objectContaining({ code: "ENOTDIR" }),
      );
    });
  });

  test("that holds other files is fine; they stay", () => {
    inTempDirectory((directory) => {
      mkdirSync(join(directory, "sub.wal"));
      writeFileSync(join(directory, "notes.txt"), "mine");
      openWal(directory).close();
      expect(readdirSync(directory)).toEqual(["000000000001.wal", "notes.txt", "sub.wal"]);
    });
  });
});

describe("after close nothing is open", () => {
  test("no file, and the directory is free", () => {
    inTempDirectory((directory) => {
      const wal = openWal(directory, { segmentBytes: 128 });
      expect(openDescriptors(directory).length).toBe(1);
      for (const text of ["a", "b", "c", "d", "e"]) {
        wal.append(bytesOf(text));
        expect(openDescriptors(directory).length).toBe(1);
      }
      wal.close();
      expect(openDescriptors(directory)).toEqual([]);
      recover(directory);
      expect(openDescriptors(directory)).toEqual([]);
      openWal(directory).close();
    });
  });

  test("a refused second open leaves nothing open either", () => {
    inTempDirectory((directory) => {
      const wal = openWal(directory);
      expect(codeOf(() => openWal(directory))).toBe("locked");
      expect(openDescriptors(directory).length).toBe(1);
      wal.append(bytesOf("goes on"));
      wal.close();
      expect(readBack(directory).texts).toEqual(["goes on"]);
    });
  });
});

test("a log needs no clock but for its identity", () => {
  inTempDirectory((directory) => {
    let asked = 0;
    const clock = {
      wallMs: () => {
        asked += 1;
        return 1.5;
      },
    };
    for (let life = 1; life <= 3; life += 1) {
      openWal(directory, {}, { storage: quickDisk, clock }).close();
    }
    expect(asked).toBe(1);
    expect(headersOf(directory)).toMatchObject([{ identity: 1500 }]);
  });
});
