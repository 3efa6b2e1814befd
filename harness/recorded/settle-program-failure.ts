// From a plan that draws a failure to the call of a program that strace makes fail: the lives up to it are
// recorded once without, which tells its calls; each is the k-th call of its name by one thread.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { FailingCall, IoFailure } from "../disk/io-failure.ts";
import type { CallCounts, CountedCall } from "../power/call-counts.ts";
import type { ChainPlan } from "../power/chain-plan.ts";
import { settlePlan } from "../power/settle-failure.ts";
import { type CallPlace, callPlaces, inexactPlaces, strikesAnother } from "./call-place.ts";
import {
  countCalls,
  type ProgramRequest,
  type ProgramSession,
  recordProgram,
} from "./program-chain.ts";
import type { ProgramRecording } from "./program-recording.ts";
import type { ProgramStrike } from "./program-strike.ts";

/** The plan to record, and where it strikes. */
export type SettledProgram =
  | {
      readonly kind: "settled";
      readonly plan: ChainPlan;
      /** How often each call was made of those that the failure was drawn among. */
      readonly calls: CallCounts;
      /** None where no call was made that could fail so. */
      readonly strike?: ProgramStrike;
      /** Why it need not be the same call in the run that counts. */
      readonly approximate: readonly string[];
    }
  | Exclude<ProgramRecording, { kind: "recorded" }>;

/** @throws as `recordProgram` */
export async function settleProgramFailure(request: ProgramRequest): Promise<SettledProgram> {
  const { plan, workload } = request;
  const life = plan.lives.findIndex(({ failure }) => failure !== undefined);
  if (life < 0) return { kind: "settled", plan, calls: new Map(), approximate: [] };
  const folder = join(request.folder, "rehearsal");
  mkdirSync(folder);
  const sessions: ProgramSession[] = [];
  const rehearsal = await recordProgram({
    ...request,
    folder,
    workload: { ...workload, lives: workload.lives.slice(0, life + 1) },
    onSession: (session) => {
      if (session.life === life) sessions.push(session);
    },
  });
  if (rehearsal.kind !== "recorded") return rehearsal;
  const { calls, approximate } = strikable(sessions);
  const settled = settlePlan(plan, calls);
  const chosen = settled.lives[life]?.failure;
  if (chosen?.kind !== "chosen") return { kind: "settled", plan: settled, calls, approximate };
  const isDrawn = plan.lives[life]?.failure?.kind === "drawn";
  const found = placeOf(chosen.failure, sessions, isDrawn);
  if (found === undefined) return { kind: "settled", plan: settled, calls, approximate };
  const { session, place, n } = found;
  const failure: IoFailure = { ...chosen.failure, n };
  const made = sessions[session];
  const own = made?.failable.map(({ call }) => call) ?? [];
  return {
    kind: "settled",
    plan: withChosen(settled, life, failure),
    calls,
    strike: { life, session, place, failure },
    approximate: [...approximate, ...inexactPlaces(own, made?.events ?? [], [place])],
  };
}

/**
 * How often the calls were made that strace can strike at some place without striking another thread;
 * where there is no such place, all calls. Any of a program's syncs of data can be slow.
 */
function strikable(
  sessions: readonly ProgramSession[],
): Pick<Extract<SettledProgram, { kind: "settled" }>, "calls" | "approximate"> {
  const made = [...countCalls(sessions)];
  const isExact = ([call]: readonly [FailingCall, number]): boolean =>
    placeOf({ call, n: 1 }, sessions, true)?.isExact === true;
  const exact = made.filter(isExact);
  const calls = new Map<CountedCall, number>(exact.length === 0 ? made : exact);
  const syncs = calls.get("syncData");
  if (syncs !== undefined) calls.set("syncDataLater", syncs);
  const left = made.flatMap(([call]) => (calls.has(call) ? [] : [call]));
  const why = `no call failed of ${left.join(", ")}: strace would strike another thread as well`;
  return { calls, approximate: left.length === 0 ? [] : [why] };
}

interface FoundPlace {
  readonly session: number;
  readonly place: CallPlace;
  readonly n: number;
  /** Whether strace can strike it without striking another thread. */
  readonly isExact: boolean;
}

/**
 * The n-th call; of a drawn failure the next one behind it, or the first, that is exact, where there
 * is one.
 */
function placeOf(
  { call, n }: Pick<IoFailure, "call" | "n">,
  sessions: readonly ProgramSession[],
  isDrawn: boolean,
): FoundPlace | undefined {
  const places = [...placesOf(call, sessions)];
  const first = places[n - 1];
  if (!isDrawn || first?.isExact === true) return first;
  return [...places.slice(n), ...places].find(({ isExact }) => isExact) ?? first;
}

function* placesOf(as: FailingCall, sessions: readonly ProgramSession[]): Generator<FoundPlace> {
  let n = 0;
  for (const [session, { failable, events }] of sessions.entries()) {
    const calls = failable.flatMap((each) => (each.as === as ? [each.call] : []));
    for (const [index, place] of callPlaces(calls, events).entries()) {
      n += 1;
      const own = new Set(calls.slice(index, index + 1).map(({ thread }) => thread));
      yield { session, place, n, isExact: !strikesAnother(place, own, events) };
    }
  }
}

function withChosen({ lives }: ChainPlan, life: number, failure: IoFailure): ChainPlan {
  return {
    lives: lives.map((each, index) =>
      index === life ? { ...each, failure: { kind: "chosen", failure } } : each,
    ),
  };
}
