// One process of a store, recorded: asked, answered, ended as planned; or why that proves nothing.

import type { RunningRecording } from "../recorder/record-command.ts";
import type { Injection } from "../recorder/strace-injection.ts";
import type { TracedEvent } from "../recorder/traced-call.ts";
import { AnswerLog } from "../supervisor/answer-log.ts";
import type { Exit } from "../supervisor/child-process.ts";
import { CommandFeed } from "../supervisor/command-feed.ts";
import type { RecoverJob, WriteJob } from "../supervisor/job.ts";
import { lastWords } from "../supervisor/last-words.ts";
import { type ChildLine, parseAnswer, parseChildLine } from "../supervisor/protocol.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { SupervisorError } from "../supervisor/supervisor-error.ts";
import { type AskedLine, StruckElsewhere } from "./session-marks.ts";

/** What a process did. */
export interface RecordedSession {
  readonly events: readonly TracedEvent[];
  readonly lines: readonly ChildLine[];
  /** Of a command: what it was sent. */
  readonly asked: readonly AskedLine[];
  readonly exit: Exit;
  readonly output: string;
  /** Why it proves nothing: it hung, died or broke the protocol. */
  readonly problem?: string;
}

/** A process to record. */
export interface SessionRequest<Job> {
  readonly supervisor: Supervisor;
  readonly job: Job;
  readonly traceFile: string;
  /** A call of the process is to fail; what it does then is its answer, and no problem. */
  readonly injections?: readonly Injection[];
}

/** Asks a command all of the job's operations, then ends its input, or kills it. */
export async function recordCommand(
  { supervisor, ...recorded }: SessionRequest<WriteJob>,
  isKilled: boolean,
): Promise<RecordedSession> {
  const { job } = recorded;
  const feed = new CommandFeed(job);
  const recording = await supervisor.record(recorded);
  const asked: AskedLine[] = [];
  let from = 0;
  let answers = 0;
  let told = 0;
  const askNext = (): void => {
    for (
      let operation = feed.next(answers);
      operation !== undefined;
      operation = feed.next(answers)
    ) {
      const line = feed.line(operation);
      const after = log.lines.slice(told);
      told = log.lines.length;
      asked.push({ operation: job.firstOperation + asked.length, from, after });
      from += Buffer.byteLength(line);
      recording.stdin.write(line);
    }
    if (!feed.isDone(answers)) return;
    if (isKilled && asked.length > 0) void recording.kill();
    else recording.stdin.end();
  };
  const log = new AnswerLog(
    {
      first: job.firstOperation,
      get count(): number {
        return feed.sent;
      },
      concurrency: job.concurrency ?? 1,
    },
    () => {
      answers += 1;
      askNext();
    },
    parseAnswer,
  );
  askNext();
  return finish({ recording, log, asked, expected: asked });
}

/** Gives the child that runs a module its job; it is killed when it has done all and still lives. */
export async function recordModule({
  supervisor,
  ...recorded
}: SessionRequest<WriteJob | RecoverJob>): Promise<RecordedSession> {
  const { job } = recorded;
  const recording = await supervisor.record(recorded);
  const { first, count, concurrency } =
    job.kind === "write"
      ? {
          first: job.firstOperation,
          count: job.operations.length,
          concurrency: job.concurrency ?? 1,
        }
      : { first: 0, count: 0, concurrency: 1 };
  const log = new AnswerLog(
    { first, count, concurrency },
    ({ kind }) => {
      if (kind === "done") void recording.kill();
    },
    parseChildLine,
  );
  recording.stdin.write(`${JSON.stringify(job)}\n`);
  const expected = Array.from({ length: count }, () => undefined);
  const session = await finish({ recording, log, asked: [], expected });
  const refused = session.lines.find((line) => line.kind === "bad-subject");
  if (refused !== undefined && "text" in refused) {
    if (isTampered(session.events)) {
      throw new StruckElsewhere(`the failure struck the start of the store: ${refused.text}`);
    }
    throw new SupervisorError("bad-subject", refused.text);
  }
  return session;
}

interface SessionAtWork {
  readonly recording: RunningRecording;
  readonly log: AnswerLog;
  readonly asked: readonly AskedLine[];
  /** One for each answer that is due. */
  readonly expected: readonly unknown[];
}

async function finish({
  recording,
  log,
  asked,
  expected,
}: SessionAtWork): Promise<RecordedSession> {
  recording.stdout.on("data", (chunk: Buffer) => {
    if (!log.receive(chunk)) void recording.kill();
  });
  const { events, exit, killed, stderr } = await recording.ended;
  const { lines, breach } = log;
  const answers = lines.filter(({ kind }) => kind === "ack" || kind === "err").length;
  const failed = lines.some(({ kind }) => kind === "open-failed") || isTampered(events);
  // What ended before its first answer could not open the store: that is told, and judged.
  const isUnasked = answers === 0 && exit.code !== 0 && killed === undefined;
  const words = lastWords(stderr);
  const said = words === "" ? "" : `: ${words}`;
  const problem = (): string | undefined => {
    if (breach !== undefined) return `${breach.code}: ${breach.message}`;
    if (killed === "too-long") {
      const after = isTampered(events) ? ", after a call of its disk had failed" : "";
      return `a recorded process did not end in time${after}${said}`;
    }
    if (failed || isUnasked || answers >= expected.length) return undefined;
    return `a recorded process ended before all its answers (${exit.signal ?? `exit code ${exit.code}`})${said}`;
  };
  const why = problem();
  return {
    events,
    lines,
    asked,
    exit,
    output: stderr,
    ...(why === undefined ? {} : { problem: why }),
  };
}

/** Whether some call was made to fail. */
function isTampered(events: readonly TracedEvent[]): boolean {
  return events.some(
    (event) =>
      event.kind === "call" &&
      event.call.result.kind !== "none" &&
      event.call.result.tampered === true,
  );
}
