// The entry of dist/measure.cjs: joins the harness's measuring child, the built-in subjects and the machine.
import { systemClock } from "../harness/clock.ts";
import { runMeasureWorker } from "../harness/measure/measure-worker.ts";
import { nodeStorage } from "../wal/index.ts";
import { plantedSubjects } from "./planted/planted-subject.ts";
import { eventSubject } from "./subjects/event-store.ts";
import { lsmSubject } from "./subjects/lsm-store.ts";
import { walSubject } from "./subjects/wal-subject.ts";

runMeasureWorker({
  subjects: {
    "ackproof:wal": () => walSubject,
    "ackproof:lsm": () => lsmSubject,
    "ackproof:events": () => eventSubject,
    ...plantedSubjects(__dirname),
  },
  storage: nodeStorage,
  clock: systemClock,
});
