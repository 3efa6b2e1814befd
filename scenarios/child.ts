// The entry of dist/child.cjs: joins the harness's child, the built-in subjects and the machine.
import { systemClock } from "../harness/clock.ts";
import { runChild } from "../harness/supervisor/child.ts";
import { nodeStorage } from "../wal/index.ts";
import { plantedSubjects } from "./planted/planted-subject.ts";
import { eventSubject } from "./subjects/event-store.ts";
import { lsmSubject } from "./subjects/lsm-store.ts";
import { walSubject } from "./subjects/wal-subject.ts";

runChild({
  subjects: {
    "ackproof:wal": () => walSubject,
    "ackproof:lsm": () => lsmSubject,
    "ackproof:events": () => eventSubject,
    ...plantedSubjects(__dirname),
  },
  storage: nodeStorage,
  clock: systemClock,
});
