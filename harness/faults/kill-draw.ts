// Where to kill, drawn from a seed: one life's plan for each way of choosing.
import type { RandomStream } from "../seed.ts";
import type { Operation } from "../workload.ts";
import type { CallKill, LifePlan, RecoveryKill, WriterKill } from "./kill-plan.ts";

/** What a draw may know of the life. */
export interface LifeToKill {
  readonly random: RandomStream;
  readonly operations: readonly Operation[];
  /** True where a later life opens what this one left. */
  readonly goesOn: boolean;
  readonly usesStoragePort: boolean;
  /** True where opening and recovery begin with the start of a program. */
  readonly isCommand: boolean;
}

/** The shortest and longest delays drawn, in microseconds. */
const FIRST_MICROS = 20;
const LAST_OPEN_MICROS = 10_000;
const LAST_RECOVERY_MICROS = 10_000;
/** A program first has to start: a millisecond for one in C, tens of them for Python or Node. */
const FIRST_COMMAND_MICROS = 1_000;
const LAST_COMMAND_MICROS = 300_000;
/** A store that syncs takes about this long for an operation. */
const OPERATION_MICROS = 400;
const SHORTEST_LIFE_MICROS = 2_000;
const LONGEST_LIFE_MICROS = 500_000;
/** Calls of the storage that an open, and an operation, may well make. */
const OPEN_CALLS = 12;
const OPERATION_CALLS = 3;

/** Any writer kill, and now and then a killed recovery: dear, as it needs a child of its own. */
export function drawMix(life: LifeToKill): LifePlan {
  const { random } = life;
  const recoveries = random.below(8) === 0 ? drawRecoveries(life) : [];
  return { writer: drawWriter(life), recoveries };
}

/** A moment after the first acknowledgement. */
export function drawMoment({ random, operations }: LifeToKill): LifePlan {
  const expected = Math.max(SHORTEST_LIFE_MICROS, operations.length * OPERATION_MICROS);
  const afterFirstAckMicros = logUniform(
    random,
    FIRST_MICROS,
    Math.min(expected, LONGEST_LIFE_MICROS),
  );
  return writerOnly({ kind: "moment", afterFirstAckMicros });
}

/** An answer: any of the life, and with extra weight one of the last few. */
export function drawAck({ random, operations }: LifeToKill): LifePlan {
  const { length } = operations;
  if (length === 0) return writerOnly({ kind: "idle" });
  const late = random.below(4) === 0;
  const fewest = late ? Math.max(1, length - 3) : 1;
  return writerOnly({ kind: "ack", count: fewest + random.below(length - fewest + 1) });
}

/** While the store opens: by a delay, or at one of the first calls where they can be counted. */
export function drawOpen(life: LifeToKill): LifePlan {
  const { random, usesStoragePort } = life;
  if (usesStoragePort && random.below(2) === 0) return writerOnly(drawCallUpTo(random, OPEN_CALLS));
  return writerOnly({ kind: "open", afterStartMicros: drawStart(life, LAST_OPEN_MICROS) });
}

/** Beside a call of the storage: half the draws prefer the early ones. */
export function drawCall({ random, operations }: LifeToKill): LifePlan {
  return writerOnly(drawCallUpTo(random, OPEN_CALLS + operations.length * OPERATION_CALLS));
}

/** Any writer kill, then one or two recoveries that are killed. */
export function drawRecovery(life: LifeToKill): LifePlan {
  return { writer: drawWriter(life), recoveries: drawRecoveries(life) };
}

function drawWriter(life: LifeToKill): WriterKill {
  const { random } = life;
  if (life.goesOn && random.below(8) === 0) return { kind: "close" };
  const ways = [drawMoment, drawMoment, drawAck, drawAck, drawOpen];
  if (life.usesStoragePort) ways.push(drawCall, drawCall, drawCall);
  const way = ways[random.below(ways.length)] ?? drawMoment;
  return way(life).writer;
}

function drawRecoveries(life: LifeToKill): readonly RecoveryKill[] {
  const { random, usesStoragePort } = life;
  const count = 1 + random.below(2);
  return Array.from({ length: count }, () => {
    if (usesStoragePort && random.below(4) > 0) return drawCallUpTo(random, OPEN_CALLS);
    return { kind: "moment", afterStartMicros: drawStart(life, LAST_RECOVERY_MICROS) };
  });
}

/** A delay after a start, up to this long for a child that is already running. */
function drawStart({ random, isCommand }: LifeToKill, lastMicros: number): number {
  return isCommand
    ? logUniform(random, FIRST_COMMAND_MICROS, LAST_COMMAND_MICROS)
    : logUniform(random, FIRST_MICROS, lastMicros);
}

function drawCallUpTo(random: RandomStream, most: number): CallKill {
  const early = random.below(2) === 0;
  const n = early ? logUniform(random, 1, most) : 1 + random.below(most);
  return { kind: "call", n, edge: random.below(2) === 0 ? "before" : "after" };
}

/** A whole number whose logarithm is uniform, so that every order of magnitude is hit. */
function logUniform(random: RandomStream, least: number, most: number): number {
  const exponent = Math.log(least) + random.unit() * (Math.log(most + 1) - Math.log(least));
  return Math.min(most, Math.floor(Math.exp(exponent)));
}

function writerOnly(writer: WriterKill): LifePlan {
  return { writer, recoveries: [] };
}
