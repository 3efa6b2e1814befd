// The fault `kill`: SIGKILL to everything the subject started. The page cache survives it.
import type { Clock } from "../clock.ts";
import { recorderNeeds } from "../recorder/strace-needs.ts";
import { stream } from "../seed.ts";
import { isCommand } from "../subject.ts";
import type { Workload } from "../workload.ts";
import type { Availability, Fault, FaultTarget, Strike } from "./fault.ts";
import { FaultError } from "./fault-error.ts";
import {
  drawAck,
  drawCall,
  drawMix,
  drawMoment,
  drawOpen,
  drawRecovery,
  type LifeToKill,
} from "./kill-draw.ts";
import type { KillPlan, LifePlan, RecoveryKill, WriterKill } from "./kill-plan.ts";
import { waitUntil } from "./precise-wait.ts";

/** How a child that was given a job came to rest. */
export type ChildRest =
  /** It waits to be killed: it has done all it was to do. */
  | "waiting"
  /** It has ended. */
  | "ended"
  /** It did not come to rest within its limit. */
  | "hung"
  /** It broke the line protocol. */
  | "broke-protocol";

/** A child at work, as a kill sees it. Times are the clock's monotonic milliseconds. */
export interface StruckChild {
  readonly jobSentAtMs: number;
  /** When the first acknowledgement was read; pending for ever where there is none. */
  readonly firstAcknowledgement: Promise<number>;
  /** Always resolves, at the latest by a time limit. */
  readonly rest: Promise<ChildRest>;
  /** Answers read so far. */
  readonly answers: number;
  /** The call of the storage at which the child said that it kills itself. */
  readonly ownKill: string | undefined;
  /** Sends SIGKILL to all of the child's processes; false where it had already ended. */
  kill(): boolean;
}

/** What one strike acts on: a writer, or the recovery with this index in its life's plan. */
interface KillRun {
  readonly life: number;
  readonly recovery?: number;
  readonly child: StruckChild;
  readonly clock: Clock;
}

export interface KillFault extends Fault<KillPlan, KillRun> {
  readonly kind: "kill";
}

/** The ways of choosing where to kill, by the fault's text. */
const WAYS: { readonly [text: string]: (life: LifeToKill) => LifePlan } = {
  kill: drawMix,
  "kill:moment": drawMoment,
  "kill:ack": drawAck,
  "kill:open": drawOpen,
  "kill:call": drawCall,
  "kill:recovery": drawRecovery,
};

/** Before each file operation of a command, as a recording of it tells them: nothing is drawn. */
export const OPERATION_KILLS = "kill:operation";

/** All kills, as text. */
export const killTexts: readonly string[] = [...Object.keys(WAYS), OPERATION_KILLS];

/** The kill with this text; undefined where there is none. */
export function killFault(text: string): KillFault | undefined {
  if (text === OPERATION_KILLS) return operationKills;
  const draw = Object.hasOwn(WAYS, text) ? WAYS[text] : undefined;
  if (draw === undefined) return undefined;
  return {
    kind: "kill",
    text,
    unfit: "the calls of a store that does not use the storage port cannot be counted",
    needs: async () => available(process.platform),
    appliesTo: ({ usesStoragePort }) => usesStoragePort || text !== "kill:call",
    plan: (seed, workload, target) => drawPlan(draw, { seed, workload, target }),
    strike: strikeChild,
  };
}

const operationKills: KillFault = {
  kind: "kill",
  text: OPERATION_KILLS,
  unfit: "only the file operations of a store that is a command are recorded and counted",
  needs: async (clock) => recorderNeeds(clock),
  appliesTo: ({ subject }) => isCommand(subject),
  plan: () => {
    throw new FaultError("bad-plan", `${OPERATION_KILLS} is planned from a recording, not drawn`);
  },
  strike: strikeChild,
};

/** SIGKILL to a process group needs a system that has them. */
export function available(platform: NodeJS.Platform): Availability {
  if (platform !== "win32") return { available: true };
  return { available: false, reason: "Windows has no SIGKILL and no process groups" };
}

function drawPlan(
  draw: (life: LifeToKill) => LifePlan,
  drawn: { readonly seed: number; readonly workload: Workload; readonly target: FaultTarget },
): KillPlan {
  const random = stream(drawn.seed, "kill");
  const { lives } = drawn.workload;
  const { usesStoragePort, subject } = drawn.target;
  const command = isCommand(subject);
  return {
    lives: lives.map((operations, life) =>
      draw({
        random,
        operations,
        usesStoragePort,
        isCommand: command,
        goesOn: life + 1 < lives.length,
      }),
    ),
  };
}

async function strikeChild(plan: KillPlan, run: KillRun): Promise<Strike> {
  const life = plan.lives[run.life];
  const kill = run.recovery === undefined ? life?.writer : life?.recoveries[run.recovery];
  if (kill === undefined) return { struck: false, evidence: "the plan has no kill for this child" };
  const rest = await waitForMoment(kill, run);
  if (kill.kind === "close" && rest === "ended") return { struck: false, evidence: "not killed" };
  return strikeNow(run, rest);
}

function strikeNow({ child, clock }: KillRun, rest: ChildRest | undefined): Strike {
  const sinceJobMs = clock.monotonicMs() - child.jobSentAtMs;
  const found = child.kill();
  const { answers, ownKill } = child;
  if (ownKill !== undefined) return { struck: true, evidence: `killed itself ${ownKill}` };
  if (!found) return { struck: false, evidence: `it had ended by itself, ${answers} answers read` };
  const when = `killed ${sinceJobMs.toFixed(3)} ms after its start, ${answers} answers read`;
  switch (rest) {
    case undefined:
      return { struck: true, evidence: when };
    case "waiting":
      return { struck: true, evidence: `${when}, waiting to be killed` };
    case "ended":
      return { struck: true, evidence: when };
    case "hung":
      return { struck: false, evidence: `${when}, not at rest within its limit` };
    case "broke-protocol":
      return { struck: false, evidence: `${when}, after a breach of the protocol` };
  }
}

/** Waits until the kill is due; the child's rest where that came first. */
async function waitForMoment(
  kill: WriterKill | RecoveryKill,
  { child, clock }: KillRun,
): Promise<ChildRest | undefined> {
  switch (kill.kind) {
    case "moment": {
      if (!("afterFirstAckMicros" in kill)) {
        return waitUntil(child.jobSentAtMs + kill.afterStartMicros / 1_000, child.rest, clock);
      }
      const first = await Promise.race([child.firstAcknowledgement, child.rest]);
      if (typeof first !== "number") return first;
      return waitUntil(first + kill.afterFirstAckMicros / 1_000, child.rest, clock);
    }
    case "open":
      return waitUntil(child.jobSentAtMs + kill.afterStartMicros / 1_000, child.rest, clock);
    case "ack":
    case "call":
    case "operation":
    case "idle":
    case "close":
    case "lie":
      return child.rest;
  }
}
