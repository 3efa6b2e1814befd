// From a plan that draws a failure to one that names it: the chain is lived once without, and its calls counted.
import type { IoFailure } from "../disk/io-failure.ts";
import { callGroup, type FailureOfCall } from "../faults/io-error-text.ts";
import { stream } from "../seed.ts";
import { type CallCounts, type CountedCall, canStrike } from "./call-counts.ts";
import type { ChainLife, ChainPlan, PlannedFailure } from "./chain-plan.ts";
import { type ChainRequest, recordChain } from "./record-chain.ts";

/** The plan to record, and what was counted where it had drawn. */
export interface SettledPlan {
  readonly plan: ChainPlan;
  readonly calls: CallCounts;
}

/**
 * Puts the failure into the plan. A chain is the same each time, so the n-th call of the run without
 * a failure is the n-th of the run with it. Where no call is made that could fail, none fails.
 */
export async function settleFailure(request: ChainRequest): Promise<SettledPlan> {
  const calls = new Map<CountedCall, number>();
  const { workload, plan } = request;
  const failing = plan.lives.findIndex(isDrawn);
  if (failing < 0) return { plan, calls };
  // What comes behind the failing life does not change its calls; a recovery needs a life behind it.
  const lives = workload.lives.slice(0, failing + 2);
  await recordChain({ ...request, workload: { ...workload, lives }, counts: calls });
  return { plan: settlePlan(plan, calls), calls };
}

/** The plan with each failure that it had drawn among these calls. */
export function settlePlan(plan: ChainPlan, calls: CallCounts): ChainPlan {
  return { lives: plan.lives.map((life) => settleLife(life, calls)) };
}

function isDrawn({ failure, recoveryFailure }: ChainLife): boolean {
  return failure?.kind === "drawn" || recoveryFailure?.kind === "drawn";
}

function settleLife(life: ChainLife, calls: CallCounts): ChainLife {
  const { failure, recoveryFailure, ...rest } = life;
  const settled = failure && drawFailure(failure, calls);
  const inRecovery = recoveryFailure && drawFailure(recoveryFailure, calls);
  return {
    ...rest,
    ...(settled === undefined ? {} : { failure: settled }),
    ...(inRecovery === undefined ? {} : { recoveryFailure: inRecovery }),
  };
}

/** First the kind of call, then the failure, then which of the calls: few are as likely as many. */
function drawFailure(planned: PlannedFailure, calls: CallCounts): PlannedFailure | undefined {
  if (planned.kind === "chosen") return planned;
  const possible = planned.among.filter((failure) => canStrike(failure, calls));
  const random = stream(planned.seed, "failure");
  const groups = [...new Set(possible.map(callGroup))];
  const choice = planned.turn ?? random.below(Math.max(1, groups.length));
  const group = groups[choice % groups.length];
  const alike = possible.filter((failure) => callGroup(failure) === group);
  const drawn = alike[random.below(Math.max(1, alike.length))];
  if (drawn === undefined) return undefined;
  const failure: IoFailure = { ...drawn, n: 1 + random.below(calls.get(drawn.call) ?? 1) };
  return { kind: "chosen", failure };
}

/** Each of these failures at each of the counted calls. */
export function* everyFailure(
  failures: readonly FailureOfCall[],
  calls: CallCounts,
): Generator<IoFailure> {
  for (const failure of failures) {
    const count = canStrike(failure, calls) ? (calls.get(failure.call) ?? 0) : 0;
    for (let n = 1; n <= count; n += 1) yield { ...failure, n };
  }
}
