// One recovery in this process: what was found, what was refused, and where reading stops.
import { describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import type { RecoveryOutcome } from "../history/history.ts";
import type { StoragePort } from "../storage-port.ts";
import type { FoundValue, Subject } from "../subject.ts";
import { recoverStore } from "./recover-store.ts";

const LIMITS = { records: 3, bytes: 10 };

type Recover = Subject["recover"];

function unused(): never {
  throw new Error("this subject uses no storage");
}

const storage: StoragePort = {
  makeDirectory: unused,
  list: unused,
  lock: unused,
  open: unused,
  close: unused,
  size: unused,
  read: unused,
  write: unused,
  truncate: unused,
  sync: unused,
  syncData: unused,
  syncDataLater: unused,
  syncDirectory: unused,
  rename: unused,
  remove: unused,
};

function recoverWith(recover: Recover, limits = LIMITS): Promise<RecoveryOutcome> {
  const subject: Subject = {
    open: () => {
      throw new Error("a recovery opens nothing to write");
    },
    recover,
  };
  const store = { subject: { module: "ackproof:x" }, directory: "/s", options: { mode: "m" } };
  const builtIn = { "ackproof:x": () => subject };
  return recoverStore({ kind: "recover", store, limits }, builtIn, { storage, clock: systemClock });
}

function refuse(): never {
  throw Object.assign(new Error("no"), { code: "CORRUPT" });
}

function* endless(bytes: number): Generator<FoundValue> {
  for (;;) yield { payload: new Uint8Array(bytes) };
}

async function* later(values: Iterable<FoundValue>): AsyncGenerator<FoundValue> {
  yield* values;
}

const VALUES: readonly FoundValue[] = [
  { payload: Buffer.from("a"), lsn: 4 },
  { payload: Buffer.from("bc") },
];
const FOUND = { kind: "found", records: [{ bytes: "YQ==", lsn: 4 }, { bytes: "YmM=" }] };

describe("recoverStore", () => {
  it("gives every value, whether the subject answers at once or later", async () => {
    expect(await recoverWith(() => VALUES)).toEqual(FOUND);
    expect(await recoverWith(async () => VALUES)).toEqual(FOUND);
    expect(await recoverWith(() => later(VALUES))).toEqual(FOUND);
  });

  it.each([
    ["records", endless(1), 3],
    ["bytes", endless(6), 2],
    ["records that come later", later(endless(1)), 3],
  ])("stops at the limit of %s", async (_, values, count) => {
    const outcome = await recoverWith(() => values);
    expect(outcome.kind === "found" && outcome.records.length).toBe(count);
  });

  it("tells the error of a subject that refuses, also in the middle", async () => {
    expect(await recoverWith(refuse)).toEqual({ kind: "refused", code: "CORRUPT", message: "no" });
    const half = function* (): Generator<FoundValue> {
      yield { payload: new Uint8Array(1) };
      refuse();
    };
    expect((await recoverWith(half)).kind).toBe("refused");
  });

  it("takes a built-in subject that can not be made for an error of the build", async () => {
    const store = { subject: { module: "ackproof:x" }, directory: "/s", options: { mode: "m" } };
    const job = { kind: "recover", store, limits: LIMITS } as const;
    const recovering = recoverStore(job, { "ackproof:x": refuse }, { storage, clock: systemClock });
    await expect(recovering).rejects.toMatchObject({ code: "bad-subject" });
  });

  it("takes a value without bytes for an error of the subject's author", async () => {
    const values: readonly FoundValue[] = JSON.parse('[{ "payload": "text" }]');
    await expect(recoverWith(() => values)).rejects.toMatchObject({ code: "bad-value" });
  });
});
