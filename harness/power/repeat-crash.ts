// A crash repeated: its disk is recovered in a worker as the trial did it, each call with its limit.
import type { DiskImage } from "../disk/image.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { SubjectOptions, SubjectReference } from "../subject.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { SupervisorError } from "../supervisor/supervisor-error.ts";
import type { JobFailure } from "../supervisor/worker-pool.ts";
import type { Workload } from "../workload.ts";
import type { RepeatReply, RepeatStep } from "./repeat-job.ts";
import { UNANSWERED } from "./watched-store.ts";

/** What to repeat. */
export interface CrashToRepeat {
  readonly subject: SubjectReference;
  readonly options: SubjectOptions;
  readonly workload: Workload;
  /** The disk as the crash left it. */
  readonly image: DiskImage;
  /** The life that the crash ended. */
  readonly life: number;
  readonly steps: readonly RepeatStep[];
}

/** What happened on the disk, to its end or to the first call that never ended. */
export type RepeatedCrash =
  | {
      readonly kind: "repeated";
      readonly events: readonly HistoryEvent[];
      readonly isUnanswered: boolean;
    }
  /** The worker failed outside of the store's recovery. */
  | { readonly kind: "failed"; readonly reason: string };

/**
 * Repeats the steps. Those before one that hangs, or that kills its worker, are done once more: what
 * they had found went with the worker.
 * @throws SupervisorError `bad-subject`, `queue-full`, `closed`
 */
export async function repeatCrash(
  crash: CrashToRepeat,
  supervisor: Supervisor,
): Promise<RepeatedCrash> {
  const { end } = await supervisor.repeat({ kind: "repeat", ...crash });
  if (end.kind === "answered") {
    return { kind: "repeated", events: eventsOf(end.reply), isUnanswered: false };
  }
  const { step } = end;
  const stopped = step === undefined ? undefined : crash.steps[step - 1];
  if (step === undefined || stopped === undefined) {
    return { kind: "failed", reason: failureText(end) };
  }
  const before = { ...crash, steps: crash.steps.slice(0, step - 1) };
  const done = await supervisor.repeat({ kind: "repeat", ...before });
  if (done.end.kind !== "answered") return { kind: "failed", reason: failureText(done.end) };
  const events = [...eventsOf(done.end.reply), ...unansweredStep(stopped, end, before)];
  return { kind: "repeated", events, isUnanswered: true };
}

/** Why a worker gave no answer, in words. */
export function failureText(end: JobFailure): string {
  return end.kind === "hung"
    ? `the worker gave no answer within ${end.limitMs} ms`
    : `the worker ${end.message}`;
}

function eventsOf(reply: RepeatReply): readonly HistoryEvent[] {
  if (reply.kind === "bad-subject") throw new SupervisorError("bad-subject", reply.message);
  return reply.events;
}

/** A step without an end, as a history has it. */
function unansweredStep(
  step: RepeatStep,
  end: JobFailure,
  { workload, life, steps }: CrashToRepeat,
): readonly HistoryEvent[] {
  const written = workload.lives.length;
  if (step === "write-on") {
    const message =
      end.kind === "hung"
        ? `it did not end within ${end.limitMs} ms`
        : `its process ${end.message}`;
    return [
      { kind: "open", life: written },
      { kind: "open-failed", life: written, code: UNANSWERED, message },
    ];
  }
  const outcome =
    end.kind === "hung"
      ? ({ kind: "hung", limitMs: end.limitMs } as const)
      : ({ kind: "died", message: `its process ${end.message}` } as const);
  const last = steps.includes("write-on") ? written : life;
  return [{ kind: "recovered", life: last, outcome }];
}

/** What a trial did on the disk of its crash, from what it saw there. */
export function stepsOf(after: readonly HistoryEvent[]): readonly RepeatStep[] {
  return after.flatMap((event): RepeatStep[] => {
    if (event.kind === "recovered") return ["recover"];
    return event.kind === "open" ? ["write-on"] : [];
  });
}

/** True for a recovery, or an open, that never ended or took its process along. */
export function gaveNoAnswer(event: HistoryEvent): boolean {
  if (event.kind === "open-failed") return event.code === UNANSWERED;
  if (event.kind !== "recovered") return false;
  return event.outcome.kind === "hung" || event.outcome.kind === "died";
}
