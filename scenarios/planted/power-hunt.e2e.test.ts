// Bugs that rest on a rare disk are convicted by the chains of a campaign, and not by named disks alone.
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { type DeviceProfile, profiles } from "../../harness/disk/profile.ts";
import { drawChain } from "../../harness/power/chain-plan.ts";
import { explore } from "../../harness/power/explore.ts";
import { recordChain } from "../../harness/power/record-chain.ts";
import type { Subject } from "../../harness/subject.ts";
import { sampleWorkload } from "../../harness/workload-arbitraries.ts";
import type { SyncMode } from "../../wal/index.ts";
import { walSubject } from "../subjects/wal-subject.ts";
import { walPromise } from "../wal-promise.ts";
import { walWorkloads } from "../workloads/wal-workloads.ts";
import { loadPlantedSubject } from "./planted-subject.ts";

const dist = fileURLToPath(new URL("../../dist", import.meta.url));

const CHAINS = 60;
const LIMITS = {
  statesMax: 2000,
  exhaustiveMax: 64,
  nestedMax: 20,
  nestedStatesMax: 60,
  depth: 2,
};

interface Hunt {
  readonly subject: Subject;
  readonly mode: SyncMode;
  readonly profile: DeviceProfile;
  readonly chains: number;
}

/** The guarantee that the first of these chains breaks; undefined where all of them hold. */
async function hunt({ subject, mode, profile, chains }: Hunt): Promise<string | undefined> {
  for (let seed = 1; seed <= chains; seed += 1) {
    const workload = sampleWorkload(walWorkloads(mode), seed);
    const options = { ...workload.options, mode };
    const given = { store: { subject, options }, workload, profile, seed };
    const lived = await recordChain({ ...given, plan: drawChain(seed, workload) });
    const promise = walPromise(mode, options);
    const { violation, problem } = await explore({ ...given, ...lived, promise, limits: LIMITS });
    expect(problem).toBeUndefined();
    if (violation !== undefined) return violation.violations[0]?.guarantee;
  }
  return undefined;
}

test.each([
  ["tail-cut-not-durable", "flush", "posix"],
  ["checksum-without-life", "flush", "posix"],
  ["fdatasync-after-preallocation", "sync", "lazy-fdatasync"],
] as const)("%s is convicted in mode %s under %s", async (name, mode, profile) => {
  const subject = loadPlantedSubject(dist, name);
  expect(await hunt({ subject, mode, profile: profiles[profile], chains: CHAINS })).toBeDefined();
});

test("the sound log holds where these chains lead, also under the informative profile", async () => {
  for (const [mode, profile] of [
    ["flush", profiles.posix],
    ["sync", profiles["lazy-fdatasync"]],
  ] as const) {
    expect(await hunt({ subject: walSubject, mode, profile, chains: 5 })).toBeUndefined();
  }
});
