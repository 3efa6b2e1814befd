// What a kill does to a chain of lives, drawn once: as data, as text, and back.
import { FaultError } from "./fault-error.ts";

/** Before or after the n-th call of the storage that changes or syncs something, from 1. */
export interface CallKill {
  readonly kind: "call";
  readonly n: number;
  readonly edge: "before" | "after";
}

/**
 * Of a command: before its n-th operation on its files, which is the `when`-th call of this name
 * that its thread makes; both from 1.
 */
export interface OperationKill {
  readonly kind: "operation";
  readonly n: number;
  readonly call: string;
  readonly when: number;
}

/** Where the writer of one life is killed. What comes too late strikes the idle writer. */
export type WriterKill =
  /** This long after the supervisor saw the first acknowledgement; whole microseconds. */
  | { readonly kind: "moment"; readonly afterFirstAckMicros: number }
  /** Exactly after this many answers: the writer waits there. */
  | { readonly kind: "ack"; readonly count: number }
  /** This long after the writer was told to open the store. */
  | { readonly kind: "open"; readonly afterStartMicros: number }
  | CallKill
  | OperationKill
  /** After the last operation, the store still open. */
  | { readonly kind: "idle" }
  /** Not at all: the store is closed and the writer ends by itself. */
  | { readonly kind: "close" }
  /** The convicting twin: these operations are acknowledged, not done, and the writer is killed. */
  | { readonly kind: "lie"; readonly from: number; readonly through: number };

/** Where a recovery is killed. */
export type RecoveryKill =
  /** This long after the child was told to recover. */
  { readonly kind: "moment"; readonly afterStartMicros: number } | CallKill;

/** One life: its writer, then recoveries that are killed one after the other. */
export interface LifePlan {
  readonly writer: WriterKill;
  readonly recoveries: readonly RecoveryKill[];
}

/** A chain of lives. */
export interface KillPlan {
  readonly lives: readonly LifePlan[];
}

const LIVES = "; ";
const RECOVERY = " recovery:";
const MOMENT = /^(moment|open)=(\d{1,12})us$/;
const ACK = /^ack=(\d{1,9})$/;
const CALL = /^call=(\d{1,9}):(before|after)$/;
const OPERATION = /^operation=(\d{1,9}):([a-z]\w{0,31})=(\d{1,5})$/;
const LIE = /^lie=(\d{1,9})-(\d{1,9})$/;

/** The plan of a chain as text: `kill:ack=7; kill:call=12:before recovery:call=3:after`. */
export function formatKillPlan(plan: KillPlan): string {
  return plan.lives.map(formatLifePlan).join(LIVES);
}

/**
 * Inverts `formatKillPlan`.
 * @throws FaultError `bad-plan`
 */
export function parseKillPlan(text: string): KillPlan {
  return { lives: text.split(LIVES).map(parseLifePlan) };
}

/** One life of a plan as text: `kill:moment=830us`. */
export function formatLifePlan({ writer, recoveries }: LifePlan): string {
  const killed = recoveries.map((recovery) => RECOVERY + recoveryText(recovery)).join("");
  return `kill:${writerText(writer)}${killed}`;
}

/**
 * Inverts `formatLifePlan`.
 * @throws FaultError `bad-plan`
 */
export function parseLifePlan(text: string): LifePlan {
  const [writer = "", ...recoveries] = text.split(RECOVERY);
  if (!writer.startsWith("kill:")) throw badPlan(text);
  return {
    writer: parseWriter(writer.slice("kill:".length)),
    recoveries: recoveries.map(parseRecovery),
  };
}

function writerText(writer: WriterKill): string {
  switch (writer.kind) {
    case "moment":
      return `moment=${writer.afterFirstAckMicros}us`;
    case "ack":
      return `ack=${writer.count}`;
    case "open":
      return `open=${writer.afterStartMicros}us`;
    case "call":
      return callText(writer);
    case "operation":
      return `operation=${writer.n}:${writer.call}=${writer.when}`;
    case "idle":
    case "close":
      return writer.kind;
    case "lie":
      return `lie=${writer.from}-${writer.through}`;
  }
}

function recoveryText(recovery: RecoveryKill): string {
  return recovery.kind === "call" ? callText(recovery) : `moment=${recovery.afterStartMicros}us`;
}

function callText({ n, edge }: CallKill): string {
  return `call=${n}:${edge}`;
}

function parseWriter(text: string): WriterKill {
  if (text === "idle" || text === "close") return { kind: text };
  const moment = MOMENT.exec(text);
  if (moment?.[1] === "moment") return { kind: "moment", afterFirstAckMicros: Number(moment[2]) };
  if (moment?.[1] === "open") return { kind: "open", afterStartMicros: Number(moment[2]) };
  const ack = ACK.exec(text);
  if (ack !== null) return { kind: "ack", count: Number(ack[1]) };
  const lie = LIE.exec(text);
  if (lie !== null) return { kind: "lie", from: Number(lie[1]), through: Number(lie[2]) };
  const [, n, call = "", when] = OPERATION.exec(text) ?? [];
  if (n !== undefined) return { kind: "operation", n: Number(n), call, when: Number(when) };
  return parseCall(text);
}

function parseRecovery(text: string): RecoveryKill {
  const moment = MOMENT.exec(text);
  if (moment?.[1] === "moment") return { kind: "moment", afterStartMicros: Number(moment[2]) };
  return parseCall(text);
}

function parseCall(text: string): CallKill {
  const call = CALL.exec(text);
  if (call === null) throw badPlan(text);
  return { kind: "call", n: Number(call[1]), edge: call[2] === "before" ? "before" : "after" };
}

function badPlan(text: string): FaultError {
  return new FaultError("bad-plan", `not a plan of kills: "${text.slice(0, 80)}"`);
}
