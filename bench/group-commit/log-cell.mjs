// Our log under concurrent callers: one setting, so many callers, for a while.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { openWal } from "../../dist/wal/index.js";
import { CountedSyncs } from "./counted-syncs.mjs";
import { latenciesOf } from "./latency.mjs";

const DELAY_MICROS = 200;

/** What is measured of our log, by the name of its column; what is not named is the default. */
export const LOG_SETTINGS = [
  { name: "sync", options: { mode: "sync" } },
  { name: "batch", options: { mode: "batch", batchSyncCount: 100 } },
  { name: "group", options: { mode: "group" } },
  {
    name: `group, commitDelayMicros ${DELAY_MICROS}`,
    options: { mode: "group", commitDelayMicros: DELAY_MICROS, commitSiblings: 5 },
  },
  {
    name: `group, syncDelayMicros ${DELAY_MICROS}`,
    options: { mode: "group", syncDelayMicros: DELAY_MICROS },
  },
];

/**
 * Callers in closed loops: each appends again when it was answered. A latency is from a caller's
 * asking to its going on, so where calls are served one after another it holds the wait for the
 * others. Opening and closing are not counted.
 */
export async function runLogCell({ options }, { callers, seconds, directory, payload }) {
  const place = mkdtempSync(join(directory, "log-"));
  const syncs = new CountedSyncs();
  const wal = openWal(place, options, { storage: syncs.storage });
  const latencies = [];
  let early = 0;
  const before = syncs.begun;
  const start = performance.now();
  const endsAt = start + seconds * 1000;
  const call = async () => {
    for (let asked = performance.now(); asked < endsAt; ) {
      const begun = syncs.begun;
      const answer = wal.append(payload);
      // A synchronous log's answer is there already, and no sync after this can be the answer's.
      const served = typeof answer === "number" ? syncs.ended : undefined;
      await answer;
      if ((served ?? syncs.ended) <= begun) early += 1;
      const now = performance.now();
      latencies.push((now - asked) * 1000);
      asked = now;
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  const elapsedMs = performance.now() - start;
  const fsyncs = syncs.begun - before;
  await wal.close();
  rmSync(place, { recursive: true });
  const commits = latencies.length;
  return {
    commits,
    fsyncs,
    early,
    perSecond: (commits * 1000) / elapsedMs,
    ...latenciesOf(latencies),
  };
}
