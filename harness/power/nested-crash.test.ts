// What is recorded behind a state: a recovery and its report, or a life that opens at once.

import { expect, test } from "vitest";
import { CrashSpace } from "../disk/crash-space.ts";
import { profiles } from "../disk/profile.ts";
import { appendPromise } from "../guarantees/fixtures/append-promise.ts";
import type { Workload } from "../workload.ts";
import { CrashMoments } from "./crash-moments.ts";
import { exploreStates } from "./explore.ts";
import { FindingReader } from "./finding.ts";
import { journalSubject } from "./fixtures/journal-store.ts";
import { LogCatalogue } from "./log-catalogue.ts";
import { MemoryRecoverer } from "./memory-recoverer.ts";
import { nestedRequest } from "./nested-crash.ts";
import { recordChain } from "./record-chain.ts";

const LIMITS = { statesMax: 500, exhaustiveMax: 64, nestedMax: 5, nestedStatesMax: 50, depth: 2 };

test("either a recovery that reports or a life that opens at once, by the state's key", async () => {
  const append = { kind: "append", size: 20 } as const;
  const workload: Workload = { seed: 5, options: {}, lives: [[append, append]] };
  const store = { subject: journalSubject(), options: { mode: "sync" } };
  const given = { store, workload, seed: 3, profile: profiles.posix, promise: appendPromise };
  const recoverer = new MemoryRecoverer(store);
  const plan = { lives: [{ ending: { kind: "power" } as const }] };
  const { trace, prior } = await recordChain({ ...given, plan });
  const begun = trace.events.flatMap((event) => (event.kind === "mark" ? [event.happened] : []));
  const reader = new FindingReader(new LogCatalogue(workload, begun), false);
  const moments = new CrashMoments({ workload, prior, trace, fault: "power" });
  const space = new CrashSpace(trace, profiles.posix);
  const visits = space.visit({ ...LIMITS, seed: 1, from: moments.firstEvent });
  const seen = new Set<string>();
  for (const visit of visits) {
    const moment = moments.at(visit.last);
    if (moment === undefined) throw new Error("a visit lies within a moment");
    const nested = {
      ...given,
      recoverer,
      trace,
      limits: LIMITS,
      visit,
      prior: moments.eventsThrough(moment),
      reader,
    };
    const request = await nestedRequest(nested);
    if (request === undefined) throw new Error("what follows a state in memory can be recorded");
    const marks = request.trace.events.flatMap((one) =>
      one.kind === "mark" ? [one.happened] : [],
    );
    const first = marks[0]?.kind ?? "nothing";
    seen.add(first);
    expect(request.limits).toMatchObject({ depth: 1, statesMax: 50 });
    const added = request.workload.lives.slice(workload.lives.length);
    expect(added).toEqual(first === "open" ? [[{ kind: "append", size: 40 }]] : []);
    expect(await nestedRequest(nested)).toMatchObject({ workload: request.workload });
    const { violation, problem } = await exploreStates(request);
    expect(violation ?? problem).toBeUndefined();
  }
  expect([...seen].sort()).toEqual(["open", "recovered"]);
});
