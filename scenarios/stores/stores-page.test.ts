// The page of a small saved run: one store that held, one that was convicted, one fault that did not run.
import { expect, test } from "vitest";
import type { CampaignResult, ScenarioResult } from "../../harness/result.ts";
import type { Store } from "./requested-run.ts";
import { type StoresRun, storesPage } from "./stores-page.ts";

const NOTHING = { records: 0 };

const STORES: readonly Store[] = [
  {
    name: "safe/sync",
    adapter: "safe",
    says: "synced before it is acknowledged",
    page: "https://example.org/safe",
    promise: { kill: NOTHING, power: NOTHING },
  },
  {
    name: "quick/default",
    adapter: "quick",
    says: "synced every second",
    page: "https://example.org/quick",
    promise: { kill: { records: 1 }, power: { milliseconds: 1000 } },
  },
  {
    name: "never/ran",
    adapter: "never",
    says: "nothing",
    page: "https://example.org/never",
    promise: { kill: "since-barrier", power: "anything" },
  },
];

/** As the campaign writes it; what the page does not read is left out of the lists. */
function row(name: string, fault: string, told: Partial<ScenarioResult> = {}): ScenarioResult {
  return {
    name,
    fault,
    title: name,
    mode: "default",
    verdict: "held",
    reasons: [],
    trials: 60,
    crashes: 80,
    notStruck: 0,
    endings: {},
    strata: {},
    acknowledgedRecords: 1000,
    atRiskRecordsMax: 0,
    lostRecordsMax: 0,
    allowedRecords: 0,
    reachedAllowance: 0,
    tight: null,
    violatingTrials: 0,
    inconclusiveTrials: 0,
    randomKills: 0,
    randomViolations: 0,
    upperBound95: null,
    states: null,
    corruptions: null,
    violations: [],
    approximate: [],
    profiles: [
      { profile: "posix", verdict: "held" },
      { profile: "ext4", verdict: "held" },
    ],
    findings: [],
    findingTrials: 0,
    findingCounts: {},
    twin: null,
    notApplicable: [],
    ...told,
  };
}

const CONVICTED = row("quick/default", "power", {
  verdict: "violated",
  lostRecordsMax: 5,
  atRiskRecordsMax: 12,
  profiles: [
    { profile: "posix", verdict: "violated" },
    { profile: "ext4", verdict: "held" },
  ],
  violations: [
    {
      id: "1",
      guarantee: "nothing-lost",
      message: "record 7 is gone",
      trial: 3,
      seed: 4,
      replay: null,
    },
  ],
});

const RESULT: CampaignResult = {
  schemaVersion: 1,
  ackproof: "0.1.0",
  command: "npm run stores",
  complete: true,
  interrupted: false,
  seed: 7,
  startedAt: "2026-11-22T00:00:00.000Z",
  durationMs: 1000,
  machine: {
    platform: "linux",
    release: "6.1",
    arch: "x64",
    cpus: 2,
    node: "v20.20.2",
    containment: "pid namespace",
  },
  verdict: "violated",
  notes: [],
  notRun: [{ fault: "kill", reason: "strace is missing" }],
  scenarios: [row("safe/sync", "kill"), row("safe/sync", "power"), CONVICTED],
};

const RUN: StoresRun = {
  stores: STORES,
  results: [RESULT],
  versions: { safe: "Safe 1.2", quick: "Quick 3.4" },
  findings: [],
};

const tableOf = (page: string): string =>
  page
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .join("\n");

test("a row for each store that ran, with its promise and a cell for each fault", () => {
  expect(tableOf(storesPage(RUN))).toMatchInlineSnapshot(`
    "| store and setting | promise: killed | promise: power cut | killed | lost of at risk | power cut, portable (posix) | on ext4 | lost of at risk | version |
    | --- | --- | --- | --- | --- | --- | --- | --- | --- |
    | [safe/sync](https://example.org/safe) | nothing | nothing | held | 0 of 0 | held | held | 0 of 0 | Safe 1.2 |
    | [quick/default](https://example.org/quick) | 1 record | 1000 ms | - | - | **violated** | held | 5 of 12 | Quick 3.4 |"
  `);
});

test("says when and where it was run, what was not, and what each page promises", () => {
  const page = storesPage(RUN);
  expect(page).toContain(
    "- `kill` and `power`: ackproof 0.1.0, seed 7, 60 trials each, 2026-11-22, Node v20.20.2, linux 6.1",
  );
  expect(page).toContain("- `kill` was not run: strace is missing.");
  expect(page).toContain(
    "- [safe/sync](https://example.org/safe): synced before it is acknowledged.",
  );
  expect(page).not.toContain("never/ran");
});

test("a conviction without an explanation is listed as unchecked", () => {
  expect(storesPage(RUN)).toContain(
    "### Not yet checked by hand\n\n- quick/default, `power`: record 7 is gone\n",
  );
});

test("a conviction that was checked stands with its state and what was known", () => {
  const finding = {
    stores: ["quick/default"],
    faults: ["power"],
    title: "The name is not synced",
    explanation: "Kept: the data; lost: the name.",
    known: ["https://example.org/known"],
  };
  const page = storesPage({ ...RUN, findings: [finding] });
  expect(page).toContain(
    "### The name is not synced\n\nquick/default under `power`. Kept: the data",
  );
  expect(page).toContain("- known: <https://example.org/known>");
  expect(page).not.toContain("Not yet checked");
});

test("an explanation of what was not convicted does not stand there", () => {
  const result = { ...RESULT, scenarios: [row("safe/sync", "kill")] };
  const findings = [
    { stores: ["safe/sync"], faults: ["kill"], title: "Old", explanation: "", known: [] },
  ];
  expect(storesPage({ ...RUN, results: [result], findings })).toContain(
    "## What was convicted\n\nNothing.",
  );
});

test("what is rare stands there also where this run did not meet it, and says so", () => {
  const finding = { stores: ["safe/sync"], faults: ["power"], title: "Rare", known: [] };
  const findings = [{ ...finding, explanation: "One disk in many.", rare: true }];
  const held = { ...RESULT, scenarios: [row("safe/sync", "power")] };
  const page = storesPage({ ...RUN, results: [held], findings });
  expect(page).toContain("safe/sync under `power`. Met with some seeds only. One disk in many.");
  const killed = { ...RESULT, scenarios: [row("safe/sync", "kill")] };
  expect(storesPage({ ...RUN, results: [killed], findings })).toContain("\n\nNothing.");
});

test("what is inconclusive says why, and what was measured what it would have broken", () => {
  const scenarios = [
    row("safe/sync", "power", { verdict: "inconclusive", reasons: ["It cannot be recorded."] }),
    row("never/ran", "power", { verdict: "measured", findingCounts: { "recovery-succeeds": 3 } }),
  ];
  const page = storesPage({ ...RUN, results: [{ ...RESULT, scenarios }] });
  expect(page).toContain("- safe/sync, `power`, inconclusive: It cannot be recorded.");
  expect(page).toContain(
    "- never/ran, `power`, measured; crashes that would have broken: recovery-succeeds 3.",
  );
  expect(tableOf(page)).toContain(
    "| nothing | nothing | - | - | **inconclusive** | **inconclusive** | - |",
  );
});

test("what the stores did when a call of the disk failed has a table of its own", () => {
  const told = {
    ioErrorAnswers: {
      "write:ENOSPC failed": 2,
      "sync:EIO acknowledged": 1,
      "sync:EINTR acknowledged": 4,
      "rename:EIO refused": 1,
      "truncate:EIO idle": 1,
      "open:EIO opened": 1,
      "syncData:EIO ended": 1,
    },
    notStruck: 1,
    approximate: ["3 threads or processes write its files"],
  };
  const scenarios = [row("safe/sync", "io-error", told), row("quick/default", "io-error")];
  const page = storesPage({ ...RUN, results: [{ ...RESULT, scenarios }] });
  expect(page).toContain("\n\n## When a call of the disk fails\n\n");
  const [, table = ""] = page.split("## When a call of the disk fails");
  expect(tableOf(table)).toMatchInlineSnapshot(`
    "| store and setting | failed | told | went on | of these, syncs | unasked | portable (posix) | on ext4 | lost of at risk |
    | --- | --- | --- | --- | --- | --- | --- | --- | --- |
    | [safe/sync](https://example.org/safe) | write 2, fsync 5, rename 1, truncate 1, open 1, fdatasync 1 | 4 | 2 | 1 | 1 | held | held | 0 of 0 |
    | [quick/default](https://example.org/quick) | - | 0 | 0 | 0 | 0 | held | held | 0 of 0 |"
  `);
  expect(page).toContain("- safe/sync: 1 of 60 failures struck nothing of the store");
  expect(page).toContain("- Approximate, the next run may fail another call: safe/sync (3 threads");
  expect(storesPage(RUN)).not.toContain("When a call of the disk fails");
});
