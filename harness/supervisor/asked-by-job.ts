// How far a writer asks the operations of its job: what its stop leaves of what slots allow. Pure.
import { operationsAsked } from "../operations-asked.ts";
import type { WriteJob } from "./job.ts";

/**
 * How many operations of the job, from the first, are asked once `answers` of them are answered. The
 * lies of a lying writer count: each is asked when the one before it was answered.
 */
export function askedByJob(job: WriteJob, answers: number): number {
  const { operations, concurrency = 1, firstOperation, stop } = job;
  const asked = (from: number): number => operationsAsked({ operations, concurrency }, from);
  switch (stop.kind) {
    case "end":
    case "close":
    case "call":
    case "operation":
      return asked(answers);
    case "answers":
      // Nothing is asked any more when the last of them has come.
      return stop.count === 0 ? 0 : asked(Math.min(answers, stop.count - 1));
    case "lie": {
      const honest = stop.from - firstOperation;
      if (answers < honest) return Math.min(honest, asked(answers));
      return Math.min(answers + 1, stop.through + 1 - firstOperation);
    }
    case "opening":
      return 0;
  }
}
