// A child that measures on a real disk: one job in, one answer out.
import { writeSync } from "node:fs";
import type { ChildParts } from "../supervisor/child-parts.ts";
import { loadSubject } from "../supervisor/subject-loader.ts";
import { SupervisorError } from "../supervisor/supervisor-error.ts";
import type { MeasureJob, MeasureReply } from "./measure-job.ts";
import { measurePlace } from "./measure-place.ts";
import { measurePace, measureRisk } from "./measure-risk.ts";
import { measureSpeed } from "./measure-speed.ts";

const STANDARD_OUTPUT = 1;

/** Answers each job that arrives, until the supervisor is gone. */
export function runMeasureWorker(parts: ChildParts): void {
  process.on("message", (job: MeasureJob) => void answer(job, parts));
  process.once("disconnect", () => process.exit());
}

async function answer(job: MeasureJob, parts: ChildParts): Promise<void> {
  process.send?.(await replyTo(job, parts));
}

async function replyTo(job: MeasureJob, parts: ChildParts): Promise<MeasureReply> {
  const { storage, clock } = parts;
  try {
    if (job.kind === "place") return measurePlace(job, clock);
    const subject = await loadSubject(job.subject, parts.subjects);
    if (job.kind === "speed") return await measureSpeed(job, { subject, storage, clock });
    const life = { subject, storage, clock, say: sayToSupervisor };
    return job.kind === "risk" ? await measureRisk(job, life) : await measurePace(job, life);
  } catch (error) {
    if (error instanceof SupervisorError) return { kind: "bad-subject", message: error.message };
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "failed", message };
  }
}

/** The supervisor reads it and drops it: what counts is that it is written, as a writer's answers are. */
function sayToSupervisor(line: string): void {
  writeSync(STANDARD_OUTPUT, line);
}
