// Every kill that a workload's calls of the storage allow: exhaustive where random ones are luck.
import type { Workload } from "../workload.ts";
import type { KillPlan, LifePlan, RecoveryKill, WriterKill } from "./kill-plan.ts";

/** Calls of the storage that one life made. */
export interface LifeCalls {
  /** By the writer, from its start until it waited to be killed. */
  readonly writer: number;
  /** By a whole recovery of what that left; undefined where none was counted. */
  readonly recovery?: number;
}

/** More calls than any life makes: a child that is to be killed there finishes first. */
const NEVER = 999_999_999;
const IDLE: LifePlan = { writer: { kind: "idle" }, recoveries: [] };

/** The plan of a counting run: every writer finishes, and so does one recovery after each. */
export function countingPlan(workload: Workload): KillPlan {
  const recovery: RecoveryKill = { kind: "call", n: NEVER, edge: "before" };
  return { lives: workload.lives.map(() => ({ ...IDLE, recoveries: [recovery] })) };
}

/**
 * Every plan that kills one writer, or one recovery, at one call: for every life, every n and both
 * edges. The other lives are killed when they have done all.
 */
export function* everyCallPlan(calls: readonly LifeCalls[]): Generator<KillPlan> {
  for (const [life, { writer, recovery = 0 }] of calls.entries()) {
    for (const kill of everyCall(writer)) yield planFor(calls.length, life, { writer: kill });
    for (const kill of everyCall(recovery)) yield planFor(calls.length, life, { recovery: kill });
  }
}

function* everyCall(count: number): Generator<WriterKill & RecoveryKill> {
  for (let n = 1; n <= count; n += 1) {
    yield { kind: "call", n, edge: "before" };
    yield { kind: "call", n, edge: "after" };
  }
}

function planFor(
  lives: number,
  life: number,
  kill: { readonly writer?: WriterKill; readonly recovery?: RecoveryKill },
): KillPlan {
  const struck: LifePlan = {
    writer: kill.writer ?? IDLE.writer,
    recoveries: kill.recovery === undefined ? [] : [kill.recovery],
  };
  return { lives: Array.from({ length: lives }, (_, index) => (index === life ? struck : IDLE)) };
}
