// The main thread of a child: says `ready`, takes one job, does it, and waits to be killed.
import { writeSync } from "node:fs";
import { type CallSite, type CountedStorage, countCalls } from "../disk/nth-call.ts";
import type { SubjectPorts } from "../subject.ts";
import type { ChildParts } from "./child-parts.ts";
import { errorCode } from "./error-code.ts";
import { type CallEdge, type Job, parseJob } from "./job.ts";
import { type ChildLine, formatChildLine } from "./protocol.ts";
import { recoverStore } from "./recover-store.ts";
import { SupervisorError } from "./supervisor-error.ts";
import { runWriter } from "./writer.ts";

/** The descriptor that carries the answers, so that the store may print what it likes. */
const ANSWERS = 3;
/** The exit code of a child whose supervisor is gone. */
const ABANDONED = 70;

/** Says one line in one write, before anything else is done. Ends where nobody listens. */
function say(line: ChildLine): void {
  let rest: Buffer = Buffer.from(`${formatChildLine(line)}\n`);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(ANSWERS, rest));
  } catch (error) {
    if (errorCode(error) !== "EPIPE") throw error;
    process.exit(ABANDONED);
  }
}

/** Waits for the job on the control pipe; the pipe's closing ends the child at any time. */
export function runWriterChild(parts: ChildParts): void {
  let received = "";
  let started = false;
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", (text: string) => {
    received += text;
    if (started || !received.endsWith("\n")) return;
    started = true;
    void runJob(parseJob(received), parts);
  });
  process.stdin.once("close", () => process.exit(ABANDONED));
  say({ kind: "ready" });
}

async function runJob(job: Job, parts: ChildParts): Promise<void> {
  const counted = countCalls(parts.storage, selfKill(job));
  const ports = { storage: counted.storage, clock: parts.clock };
  try {
    await runKind(job, { parts, counted, ports });
  } catch (error) {
    if (!(error instanceof SupervisorError) || error.code !== "bad-subject") throw error;
    say({ kind: "bad-subject", text: error.message });
    process.exit(0);
  }
}

interface Tools {
  readonly parts: ChildParts;
  readonly counted: CountedStorage;
  readonly ports: SubjectPorts;
}

async function runKind(job: Job, { parts, counted, ports }: Tools): Promise<void> {
  switch (job.kind) {
    case "write":
      await runWriter(job, { subjects: parts.subjects, ports, calls: () => counted.calls(), say });
      return;
    case "recover":
      // What is found does not matter: this recovery is killed, and one that is not comes after.
      await recoverStore(job, parts.subjects, ports);
      say({ kind: "done", calls: counted.calls() });
  }
}

function selfKill(job: Job): Parameters<typeof countCalls>[1] {
  const edge = callEdge(job);
  if (edge === undefined) return undefined;
  const act = (site: CallSite): void => {
    say({ kind: "at", edge: edge.edge, ...site });
    // The signal is delivered before the call returns to this thread.
    process.kill(process.pid, "SIGKILL");
  };
  return { n: edge.n, action: { kind: edge.edge, act } };
}

function callEdge({ stop }: Job): CallEdge | undefined {
  if (stop === undefined) return undefined;
  return "kind" in stop && stop.kind !== "call" ? undefined : stop;
}
