// The story of a violation: of a power cut in a recording, of a kill, of damage at rest.
import { describe, expect, it } from "vitest";
import { RecordingDisk } from "../disk/recording-disk.ts";
import type { StorePromise, Violation } from "../guarantees/guarantee.ts";
import type { HistoryEvent } from "../history/history.ts";
import { payload } from "../payload.ts";
import type { PowerRecord, TrialRecord } from "../trial-record.ts";
import type { Workload } from "../workload.ts";
import { type BrokenTrial, tellCrash } from "./tell-crash.ts";

const life = 0;
const SEED = 1;
const SIZE = 40;
const PROMISE: StorePromise = {
  kill: { records: 0 },
  power: { records: 0 },
  barriers: [],
  batchesAtomic: true,
  ordered: true,
  lsns: false,
};

function workloadOf(appends: number): Workload {
  const operations = Array.from(
    { length: appends },
    () => ({ kind: "append", size: SIZE }) as const,
  );
  return { seed: SEED, options: {}, lives: [operations] };
}

function valueOf(operation: number): Uint8Array {
  return payload(SEED, { operation, item: 0 }, SIZE);
}

function found(values: readonly Uint8Array[]): HistoryEvent {
  const records = values.map((bytes) => ({ bytes: Buffer.from(bytes).toString("base64") }));
  return { kind: "recovered", life, outcome: { kind: "found", records } };
}

function asked(operations: readonly number[]): readonly HistoryEvent[] {
  return operations.flatMap((operation): HistoryEvent[] => [
    { kind: "invoked", life, operation },
    { kind: "acknowledged", life, operation, lsns: [] },
  ]);
}

const OPENED: readonly HistoryEvent[] = [
  { kind: "open", life },
  { kind: "opened", life },
];

function lost(operation: number): Violation {
  const message = `append ${operation} (life 0) is missing`;
  return { guarantee: "nothing-lost", life, message, operations: [operation] };
}

function recordOf(fault: string, violation: Violation): TrialRecord {
  return {
    trial: 3,
    seed: SEED,
    scenario: "a/store",
    mode: "sync",
    fault,
    options: {},
    lives: [
      {
        life,
        plan: fault,
        struck: true,
        ended: "killed",
        evidence: "SIGKILL after 2 answers",
        strata: [],
        acknowledgedRecords: 0,
        atRiskRecords: 0,
        lostRecords: 0,
        allowedRecords: 0,
      },
    ],
    verdict: "violated",
    violations: [violation],
    notApplicable: [],
  };
}

function killed(events: readonly HistoryEvent[], violation: Violation, appends = 3): BrokenTrial {
  const workload = workloadOf(appends);
  return {
    record: recordOf("kill", violation),
    history: { workload, events },
    promise: PROMISE,
    usesStoragePort: false,
    explanation: undefined,
  };
}

const KILL: HistoryEvent = {
  kind: "crash",
  life,
  fault: "kill:ack=2",
  point: { during: "operation", operation: 2, rotation: true },
};

describe("of a kill", () => {
  const past: readonly HistoryEvent[] = [
    ...OPENED,
    ...asked([0, 1]),
    { kind: "invoked", life, operation: 2 },
    KILL,
  ];

  it("tells the events up to it, what recovery found, and what had to be there", () => {
    const story = tellCrash(killed([...past, found([valueOf(0)])], lost(1)));
    expect(story?.events.map(({ at, kind, text }) => `${at} ${kind}: ${text}`)).toEqual([
      "0 request: the start of life 0",
      "1 acknowledgement: the opening of life 0",
      "2 request: the request of append 0",
      "3 acknowledgement: the acknowledgement of append 0",
      "4 request: the request of append 1",
      "5 acknowledgement: the acknowledgement of append 1",
      "6 request: the request of append 2",
      "8 recovery: the recovery after life 0: 1 values found",
    ]);
    expect(story).toMatchObject({
      crashAt: 6,
      crash:
        "Life 0 was ended by kill:ack=2 in operation 2, which was changing files: SIGKILL after 2 answers",
      records: [
        { operation: 0, answer: "acknowledged", found: "found", expected: "must" },
        { operation: 1, answer: "acknowledged", found: "missing", expected: "must" },
        { operation: 2, answer: "unanswered", found: "missing", expected: "may" },
      ],
      bytes: [],
      explanation: [],
    });
  });

  it("shows what recovery altered, and what nobody had asked for", () => {
    const altered = Uint8Array.from(valueOf(1));
    altered.fill(0, 32);
    const values = [valueOf(0), altered, valueOf(5)];
    const story = tellCrash(killed([...past, found(values)], lost(1), 6));
    expect(
      story?.records.map(({ operation, found: is, expected }) => [operation, is, expected]),
    ).toEqual([
      [0, "found", "must"],
      [1, "altered", "must"],
      [2, "missing", "may"],
      [5, "found", "must-not"],
    ]);
    expect(story?.bytes).toEqual([
      {
        file: "record 0 of operation 1, as recovery gave it back",
        offset: 32,
        written: Buffer.from(valueOf(1)).subarray(32).toString("hex"),
        left: "00".repeat(8),
        isCut: false,
      },
    ]);
  });

  it("tells at most 400 events and records, the broken ones among them", () => {
    const many = Array.from({ length: 1000 }, (_, operation) => operation);
    const events = [...OPENED, ...asked(many), KILL, found(many.slice(0, 4).map(valueOf))];
    const story = tellCrash(killed(events, lost(4), 1000));
    expect(story?.events.length).toBeLessThanOrEqual(400);
    expect(story?.eventsLeftOut).toBe(2002 - 360);
    expect(story?.crashAt).toBe(2001);
    expect(story?.records).toHaveLength(400);
    expect(story?.recordsLeftOut).toBe(600);
    expect(story?.records[0]).toMatchObject({ operation: 4, found: "missing", expected: "must" });
  });

  it("reads a recovery that was refused as one that found nothing", () => {
    const refused: HistoryEvent = {
      kind: "recovered",
      life,
      outcome: { kind: "refused", code: "EBAD", message: "bad segment" },
    };
    const story = tellCrash(killed([...past, refused], lost(0)));
    expect(story?.events.at(-1)?.text).toBe("the recovery after life 0: refused, EBAD bad segment");
    expect(story?.records.map((record) => record.found)).toEqual(["missing", "missing", "missing"]);
  });

  it("knows the life that wrote on behind a recovery", () => {
    const next = { life: 1 } as const;
    const writtenOn: readonly HistoryEvent[] = [
      ...past,
      found([valueOf(0)]),
      { kind: "open", ...next },
      { kind: "opened", ...next },
      { kind: "invoked", ...next, operation: 3 },
      { kind: "acknowledged", ...next, operation: 3, lsns: [] },
    ];
    const story = tellCrash(killed(writtenOn, lost(1)));
    expect(story?.events.at(-1)).toMatchObject({ kind: "acknowledgement", operation: 3, ...next });
  });

  it("is told without records where the history names an operation that nobody knows", () => {
    const unknown: readonly HistoryEvent[] = [
      ...OPENED,
      { kind: "invoked", life, operation: 99 },
      KILL,
      found([]),
    ];
    const story = tellCrash(killed(unknown, lost(0)));
    expect(story).toMatchObject({ records: [], recordsLeftOut: 0, crashAt: 2 });
  });

  it("has a clean close for its end where nothing struck", () => {
    const closed: readonly HistoryEvent[] = [...OPENED, ...asked([0]), { kind: "closed", life }];
    const story = tellCrash(killed([...closed, found([])], lost(0)));
    expect(story?.crash).toBe("Life 0 was closed cleanly: nothing had struck it");
    expect(tellCrash(killed(OPENED, lost(0)))).toBeUndefined();
  });
});

describe("of a power cut", () => {
  it("tells what the disk was asked, what it kept, and where it differs from what was written", () => {
    const disk = new RecordingDisk({ directory: "/store" });
    for (const event of OPENED) disk.mark(event);
    const file = disk.open("/store/a.wal", "create");
    disk.syncDirectory("/store");
    disk.mark({ kind: "invoked", life, operation: 0 });
    disk.write(file, valueOf(0), 0);
    disk.mark({ kind: "acknowledged", life, operation: 0, lsns: [] });
    disk.mark({ kind: "invoked", life, operation: 1 });
    const { trace } = disk;
    const at = trace.events.length - 1;
    const crash: HistoryEvent = {
      kind: "crash",
      life,
      fault: "power",
      point: { during: "operation", operation: 1, rotation: false },
    };
    const marks = trace.events.flatMap((event) => (event.kind === "mark" ? [event.happened] : []));
    const events = [...marks, crash, found([])];
    const record = recordOf("power", lost(0));
    const power: PowerRecord = {
      states: { legal: "1", distinct: 1, visited: 1, judged: 1 },
      nested: { legal: "0", distinct: 0, visited: 0, judged: 0 },
      crashPoints: 1,
      strata: {},
      acknowledgedRecords: 1,
      atRiskRecordsMax: 0,
      lostRecordsMax: 1,
      allowedRecords: 0,
      reachedAllowance: 0,
      crash: { at, choice: "floor" },
    };
    const story = tellCrash({
      ...killed(events, lost(0)),
      record: { ...record, power },
      usesStoragePort: true,
      trace,
      explanation: { kind: "unexplained", reason: "it would take too long" },
    });
    expect(story?.events.map(({ kind, text, operation }) => [kind, text, operation])).toEqual([
      ["request", "the start of life 0", undefined],
      ["acknowledgement", "the opening of life 0", undefined],
      ["disk", "the create of a.wal", undefined],
      ["sync", "an fsync of the directory store", undefined],
      ["request", "the request of append 0", 0],
      ["disk", `the write of a.wal, ${SIZE} bytes at 0x0`, 0],
      ["acknowledgement", "the acknowledgement of append 0", 0],
      ["request", "the request of append 1", 1],
      ["recovery", "the recovery after life 0: 0 values found", undefined],
    ]);
    expect(story).toMatchObject({
      crashAt: at,
      crash: `The power failed right after the request of append 1 (event #${at}), and left: floor`,
      bytes: [
        {
          file: "a.wal",
          offset: 0,
          written: Buffer.from(valueOf(0)).toString("hex"),
          left: "",
          isCut: false,
        },
      ],
      explanation: ["It is not explained: it would take too long."],
    });
  });
});

describe("of damage at rest", () => {
  it("tells the change and where it changed the files", () => {
    const damage: HistoryEvent = {
      kind: "crash",
      life,
      fault: "corrupt",
      point: { during: "idle" },
    };
    const events: readonly HistoryEvent[] = [
      ...OPENED,
      ...asked([0]),
      { kind: "closed", life },
      damage,
      found([]),
    ];
    const changed = [
      { file: "a.wal", offset: 0, written: "07", left: "06", isCut: false },
    ] as const;
    const corruption = {
      judged: 1,
      noticed: 0,
      harmless: 0,
      lostSilently: 0,
      lostOperationsMax: 0,
      change: "flip /store/a.wal 0x0.0",
    };
    const trial = killed(events, lost(0));
    const record = { ...recordOf("corrupt", lost(0)), corruption };
    expect(tellCrash({ ...trial, record, changed })).toMatchObject({
      crash: "The store was damaged at rest: flip /store/a.wal 0x0.0",
      bytes: changed,
    });
  });
});
