// The entry of dist/power.cjs: joins the harness's power worker and the built-in subjects.
import { runPowerWorker } from "../harness/power/power-worker.ts";
import { plantedSubjects } from "./planted/planted-subject.ts";
import { eventSubject } from "./subjects/event-store.ts";
import { lsmSubject } from "./subjects/lsm-store.ts";
import { walSubject } from "./subjects/wal-subject.ts";

runPowerWorker({
  "ackproof:wal": () => walSubject,
  "ackproof:lsm": () => lsmSubject,
  "ackproof:events": () => eventSubject,
  ...plantedSubjects(__dirname),
});
