// Reading a log back: what is checked from segment to segment, and what iterating holds and frees.
import { rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { craftHeader, craftSegment, putSegments } from "./fixtures/crafted-log.ts";
import { openDescriptors } from "./fixtures/open-descriptors.ts";
import { quickDisk } from "./fixtures/quick-disk.ts";
import { bytesOf, codeOf, readBack, textOf, walErrorOf } from "./fixtures/read-back.ts";
import { diskError } from "./fixtures/tapped-storage.ts";
import { inTempDirectory, readImage, writeImage } from "./fixtures/temp-directory.ts";
import { makeLsn } from "./lsn.ts";
import { openWal } from "./open-wal.ts";
import { encodeCommit, RecordType } from "./record.ts";
import { recover } from "./recover.ts";

const SECOND = "000000000002.wal";

/** Three segments with two records each. */
function writeThreeSegments(directory: string, options: { preallocate?: boolean } = {}): void {
  const wal = openWal(directory, { segmentBytes: 128, ...options }, { storage: quickDisk });
  for (const text of ["a1", "a2", "b1", "b2", "c1", "c2"]) {
    wal.append(bytesOf(text));
  }
  wal.close();
}

/** Everything read before the error, and the error. */
function readUntilError(directory: string): { texts: string[]; code: string; place: unknown } {
  const texts: string[] = [];
  const error = walErrorOf(() => {
    for (const record of recover(directory, { storage: quickDisk })) {
      texts.push(textOf(record.payload));
    }
  });
  return { texts, code: error.code, place: error.place };
}

test("a log of several segments and lives is read in order", () => {
  inTempDirectory((directory) => {
    writeThreeSegments(directory);
    writeThreeSegments(directory);
    const { texts, lsns, report } = readBack(directory);
    expect(texts.join()).toBe("a1,a2,b1,b2,c1,c2,a1,a2,b1,b2,c1,c2");
    const indexes = [1, 2, 3, 4, 5, 6];
    expect(lsns).toEqual([1, 2].flatMap((life) => indexes.map((each) => makeLsn(life, each))));
    expect(report).toEqual({
      segments: 6,
      lastLsn: makeLsn(2, 6),
      checkpointLsn: 0,
      tail: undefined,
    });
  });
});

test("a directory that does not exist is a log without records, and is not made", () => {
  inTempDirectory((directory) => {
    const missing = join(directory, "missing");
    expect(readBack(missing)).toEqual({
      texts: [],
      lsns: [],
      report: { segments: 0, lastLsn: 0, checkpointLsn: 0, tail: undefined },
    });
    expect(readImage(directory).size).toBe(0);
  });
});

test("a directory that cannot be listed is the disk's own error", () => {
  const storage = {
    ...quickDisk,
    list: () => {
      throw diskError("EACCES");
    },
  };
  expect(() => recover("anywhere", { storage })).toThrow(
    expect.objectContaining({ code: "EACCES" }),
  );
});

/** What is read after `change` to the second of three segments. */
function withSecond(
  change: (bytes: Buffer) => Buffer,
  options = {},
): ReturnType<typeof readUntilError> {
  return inTempDirectory((directory) => {
    writeThreeSegments(directory, options);
    const image = new Map(readImage(directory));
    image.set(SECOND, change(image.get(SECOND) ?? Buffer.alloc(0)));
    writeImage(directory, image);
    return readUntilError(directory);
  });
}

describe("damage of a closed segment is named when it is reached", () => {
  test("each flipped byte of a record", () => {
    for (let at = 56; at < 108; at += 1) {
      const { texts, code, place } = withSecond((bytes) => {
        bytes.writeUInt8(bytes.readUInt8(at) ^ 4, at);
        return bytes;
      });
      expect(code).toBe("corrupt");
      const offset = at < 82 ? 56 : 82;
      expect(place).toMatchObject({ segment: SECOND, offset });
      expect(texts).toEqual(at < 82 ? ["a1", "a2"] : ["a1", "a2", "b1"]);
    }
  });

  test("a cut at each length, also at a record's end", () => {
    for (let length = 56; length < 108; length += 1) {
      const { code, texts } = withSecond((bytes) => bytes.subarray(0, length));
      expect(code, `cut to ${length}`).toBe("corrupt");
      expect(texts).toEqual(length < 82 ? ["a1", "a2"] : ["a1", "a2", "b1"]);
    }
  });

  test("a cut at a record's end is told by the next header", () => {
    const { place } = withSecond((bytes) => bytes.subarray(0, 82));
    expect(place).toMatchObject({ segment: "000000000003.wal", offset: 0 });
  });

  test("garbage behind its last record", () => {
    const { code, place } = withSecond((bytes) => Buffer.concat([bytes, Buffer.from("x")]));
    expect(code).toBe("corrupt");
    expect(place).toMatchObject({ segment: SECOND, offset: 108 });
  });

  test("garbage in the zeros of a preallocated one", () => {
    const { code, place, texts } = withSecond(
      (bytes) => {
        bytes.writeUInt8(1, 127);
        return bytes;
      },
      { preallocate: true },
    );
    expect(code).toBe("corrupt");
    expect(place).toMatchObject({ segment: SECOND, offset: 108 });
    expect(texts).toEqual(["a1", "a2", "b1", "b2"]);
  });

  test("the zeros of a preallocated one are no damage", () => {
    inTempDirectory((directory) => {
      writeThreeSegments(directory, { preallocate: true });
      expect(readImage(directory).get(SECOND)?.length).toBe(128);
      expect(readBack(directory).texts.length).toBe(6);
    });
  });

  test("a batch without its COMMIT", () => {
    inTempDirectory((directory) => {
      const batch = [{ type: RecordType.member, payload: bytesOf("a") }];
      const committed = [...batch, { type: RecordType.commit, payload: encodeCommit(1, 1) }];
      const next = craftHeader({ sequence: 2, life: 2, previousLsn: makeLsn(1, 2) });
      putSegments(directory, [craftSegment(craftHeader(), committed), craftSegment(next, [])]);
      expect(readBack(directory).texts).toEqual(["a"]);
      putSegments(directory, [craftSegment(craftHeader(), batch)]);
      expect(readUntilError(directory)).toMatchObject({ texts: [], code: "corrupt" });
    });
  });
});

/** What is read of a log without its first segment. */
function withoutFirst(checkpoint: boolean): ReturnType<typeof readUntilError> | string[] {
  return inTempDirectory((directory) => {
    const wal = openWal(directory, { segmentBytes: 128 }, { storage: quickDisk });
    for (const text of ["a1", "a2", "b1"]) {
      wal.append(bytesOf(text));
    }
    if (checkpoint) {
      wal.checkpoint();
    }
    wal.close();
    rmSync(join(directory, "000000000001.wal"));
    return checkpoint ? [...readBack(directory).texts] : readUntilError(directory);
  });
}

describe("a missing start", () => {
  test("is damage without a checkpoint, told before the first record", () => {
    expect(withoutFirst(false)).toMatchObject({
      texts: [],
      code: "corrupt",
      place: { segment: SECOND, offset: 0 },
    });
  });

  test("is refused by an open too, which changes nothing", () => {
    inTempDirectory((directory) => {
      writeThreeSegments(directory);
      rmSync(join(directory, "000000000001.wal"));
      const before = readImage(directory);
      expect(codeOf(() => openWal(directory))).toBe("corrupt");
      expect(readImage(directory)).toEqual(before);
    });
  });

  test("is allowed by a checkpoint behind it", () => {
    expect(withoutFirst(true)).toEqual(["b1"]);
  });
});

describe("iterating", () => {
  test("can be done again, and two give the same", () => {
    inTempDirectory((directory) => {
      writeThreeSegments(directory);
      const recovery = recover(directory);
      expect([...recovery]).toEqual([...recovery]);
      expect([...recovery].length).toBe(6);
    });
  });

  test("holds the directory, and gives it and the files back when it is left early", () => {
    inTempDirectory((directory) => {
      writeThreeSegments(directory);
      for (const record of recover(directory)) {
        expect(textOf(record.payload)).toBe("a1");
        expect(codeOf(() => openWal(directory))).toBe("locked");
        break;
      }
      expect(openDescriptors(directory)).toEqual([]);
      openWal(directory).close();
    });
  });

  test("gives the directory and the files back after damage", () => {
    inTempDirectory((directory) => {
      writeThreeSegments(directory);
      truncateSync(join(directory, "000000000001.wal"), 60);
      expect(readUntilError(directory).code).toBe("corrupt");
      expect(openDescriptors(directory)).toEqual([]);
      openWal(directory).close();
    });
  });

  test("is refused while the log is open, and so is recovering", () => {
    inTempDirectory((directory) => {
      writeThreeSegments(directory);
      const recovery = recover(directory);
      const wal = openWal(directory);
      expect(codeOf(() => [...recovery])).toBe("locked");
      expect(codeOf(() => recover(directory))).toBe("locked");
      wal.close();
      expect([...recovery].length).toBe(6);
    });
  });

  test("payloads stay as they are while reading goes on", () => {
    inTempDirectory((directory) => {
      const texts = Array.from({ length: 50 }, (_, at) => String(at).repeat(3000));
      const wal = openWal(directory, { mode: "none" }, { storage: quickDisk });
      for (const text of texts) {
        wal.append(bytesOf(text));
      }
      wal.close();
      expect([...recover(directory)].map((record) => textOf(record.payload))).toEqual(texts);
    });
  });
});
