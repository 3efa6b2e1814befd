// The exploration: every disk that a power cut may leave is recovered once and judged wherever it is legal.
//
//  1. The crash space gives the states of the trace under the profile, in the order of crash points.
//  2. A state that is new is recovered on a disk of its own; equal states are recovered once. Where
//     recoveries may overlap, a few are under way, and they are judged in the order of their states.
//  3. What was found is judged at every moment at which the state is legal: an acknowledgement may
//     come later than the state, and ask for more.
//  4. A seeded few are recovered twice and written on, and a few have their recovery crashed.
// Where the trace itself shows an acknowledgement that no sync stands behind, the disks that a crash right
// behind it leaves come first.
// It ends with the first violation, or when the budget of states is used.

import { formatCrashChoice } from "../disk/crash-choice.ts";
import { CrashSpace, type CrashVisit, type VisitOptions } from "../disk/crash-space.ts";
import { powerText } from "../faults/power-text.ts";
import type { Violation } from "../guarantees/guarantee.ts";
import type { Judgement } from "../guarantees/judge.ts";
import type { HistoryEvent } from "../history/history.ts";
import { type RandomStream, stream } from "../seed.ts";
import type { CrashChoiceRecord } from "../trial-record.ts";
import type { Workload } from "../workload.ts";
import { askedAsText } from "./asked-records.ts";
import { Convictions } from "./convictions.ts";
import { CrashCoverage } from "./crash-coverage.ts";
import { type CrashMoment, CrashMoments } from "./crash-moments.ts";
import { addCounts, type Exploration, NO_STATES, type StateCounts } from "./exploration.ts";
import type { ExploreRequest, StateRequest } from "./explore-request.ts";
import { type Finding, FindingReader } from "./finding.ts";
import { followUp } from "./follow-up.ts";
import { LegalRuns } from "./legal-run.ts";
import { LogCatalogue, withLife } from "./log-catalogue.ts";
import { MemoryRecoverer } from "./memory-recoverer.ts";
import { nestedRequest } from "./nested-crash.ts";
import { type OwnRecovery, RecoveryWindow, type VisitedRecovery } from "./recovery-window.ts";
import type { RecoveredState } from "./state-recoverer.ts";
import { StopWatch } from "./stop-watch.ts";
import { type EarlyAcknowledgement, earlyAcknowledgements } from "./synced-before-acknowledged.ts";
import { breaksNothing, VerdictBook } from "./verdict-book.ts";

/** One in so many states is recovered twice and written on. */
const FOLLOW_UP_EVERY = 16;
/** One in so many states has its recovery crashed, as long as there is a budget for it. */
const NESTED_EVERY = 32;
/** So many acknowledgements that came too early are looked at before all else. */
const EARLY_VISITED = 4;

/** Explores a trace on disks in memory. @throws DiskError where the trace is none. */
export async function explore({ store, ...request }: ExploreRequest): Promise<Exploration> {
  return exploreStates({ ...request, recoverer: new MemoryRecoverer(store) });
}

/** Explores a trace. @throws DiskError where the trace is none. */
export async function exploreStates(request: StateRequest): Promise<Exploration> {
  return new Explorer(request).run();
}

class Explorer {
  readonly #request: StateRequest;
  readonly #space: CrashSpace;
  readonly #workload: Workload;
  readonly #operation: number;
  readonly #moments: CrashMoments;
  readonly #catalogue: LogCatalogue;
  readonly #reader: FindingReader;
  readonly #book: VerdictBook;
  readonly #coverage: CrashCoverage;
  readonly #early: readonly EarlyAcknowledgement[];
  readonly #random: RandomStream;
  readonly #watch: StopWatch;
  readonly #states = { distinct: 0, visited: 0, judged: 0 };
  #nested: StateCounts = NO_STATES;
  #nestedCount = 0;
  readonly #convictions = new Convictions();
  #problem: string | undefined;
  #notApplicable: readonly string[] | undefined;

  constructor(request: StateRequest) {
    const { trace, profile, prior, promise, seed } = request;
    this.#request = request;
    const { workload, operation } = withLife(
      request.workload,
      request.recoverer.followUp(request.workload),
    );
    this.#workload = workload;
    this.#operation = operation;
    this.#space = new CrashSpace(trace, profile);
    this.#moments = new CrashMoments({ workload, prior, trace, fault: powerText(profile.name) });
    const marks = trace.events.flatMap((event) => (event.kind === "mark" ? [event.happened] : []));
    this.#catalogue = new LogCatalogue(workload, [...prior, ...marks]);
    this.#reader = new FindingReader(this.#catalogue, promise.lsns);
    const asked = request.recoverer.asksInText ? askedAsText(this.#catalogue) : this.#catalogue;
    this.#early = earlyAcknowledgements(trace, asked, promise);
    const legal = new LegalRuns(this.#moments, this.#catalogue, promise);
    const moments = this.#moments;
    this.#book = new VerdictBook({ moments, legal, promise, random: stream(seed, "cross-check") });
    const operations = workload.lives.flat();
    this.#coverage = new CrashCoverage({ moments, operations, trace, promise, legal });
    this.#random = stream(seed, "follow-up");
    this.#watch = new StopWatch(request.clock);
  }

  async run(): Promise<Exploration> {
    const { seed, limits, trace } = this.#request;
    const from = Math.max(this.#moments.firstEvent, this.#request.from ?? 0);
    const { statesMax, exhaustiveMax } = limits;
    if (from < trace.events.length) {
      // A store may do more to open than in all of its work, of which the promises speak.
      const opened = this.#moments.list.find(({ point }) => point.during !== "open")?.first ?? from;
      const turn = Math.max(opened, from);
      const visits = this.#visits({ seed, statesMax, exhaustiveMax, from, turn });
      const { atOnce } = this.#request.recoverer;
      const recover = this.#recover.bind(this);
      const window = new RecoveryWindow({ atOnce, recover, watch: this.#watch });
      for await (const recovery of window.through(visits)) {
        await this.#take(recovery);
        if (this.#isOver()) break;
      }
    }
    return this.#exploration(from);
  }

  /** A few early acknowledgements are enough: the first that loses something ends it all. */
  *#visits(options: VisitOptions): Generator<CrashVisit> {
    const { seed, from } = options;
    const early = this.#early.filter(({ at }) => at >= (from ?? 0));
    for (const { at } of early.slice(0, EARLY_VISITED)) {
      // The newest and the floor.
      yield* this.#space.visit({ seed, statesMax: 2, exhaustiveMax: 0, from: at, to: at });
    }
    yield* this.#space.visit(options);
  }

  #isOver(): boolean {
    return this.#convictions.isDecided || this.#problem !== undefined;
  }

  #exploration(from: number): Exploration {
    const { events } = this.#request.trace;
    let legal = 0n;
    for (let at = from; at < events.length; at += 1) legal += this.#space.legalAt(at);
    const problem = this.#problem ?? this.#book.problem;
    const { kept: violation, findings } = this.#convictions;
    return {
      states: { ...this.#states, legal },
      nested: this.#nested,
      losses: this.#coverage.losses(),
      notApplicable: this.#notApplicable ?? this.#unjudged(),
      spent: this.#watch.spent,
      findings,
      ...(violation === undefined ? {} : { violation }),
      ...(problem === undefined ? {} : { problem }),
    };
  }

  /** What no state is judged by: it is the same at every moment. */
  #unjudged(): readonly string[] {
    const moment = this.#moments.list.at(-1);
    return moment === undefined ? [] : this.#book.judgeEvents(moment, []).notApplicable;
  }

  async #recover(visit: CrashVisit): Promise<OwnRecovery> {
    this.#states.distinct += 1;
    const follows = this.#random.below(FOLLOW_UP_EVERY) === 0;
    const nests = this.#mayNest() && this.#random.below(NESTED_EVERY) === 0;
    const state = await this.#request.recoverer.recover(visit, this.#reader);
    return { state, follows, nests };
  }

  async #take({ visit, findings, own }: VisitedRecovery): Promise<void> {
    this.#states.visited += 1;
    if (own !== undefined) await this.#look(visit, own);
    if (this.#problem !== undefined) return;
    for (const [disk, finding] of findings.entries()) this.#judge(visit, finding, disk);
    this.#watch.lap("judgeMs");
  }

  /** What is done with few states only. */
  async #look(visit: CrashVisit, { state, follows, nests }: OwnRecovery): Promise<void> {
    this.#problem ??= state.problem;
    if (this.#problem !== undefined) return;
    if (follows) await this.#follow(visit, state);
    // A refusal is a violation by itself, which a crash inside of it would only hide.
    const isFound = state.findings[0]?.found === true;
    if (nests && isFound && this.#mayNest()) await this.#nest(visit);
  }

  #judge(visit: CrashVisit, finding: Finding, disk: number): void {
    const first = this.#moments.at(visit.first)?.number ?? 0;
    const last = this.#moments.at(visit.last)?.number ?? -1;
    for (let number = first; number <= last; number += 1) {
      const moment = this.#moments.list[number];
      if (moment === undefined) break;
      this.#states.judged += 1;
      const verdict = this.#book.judge(finding, moment);
      if (verdict.kind === "held" || verdict.judgement.verdict === "measured") {
        this.#coverage.lose(moment, verdict.lost);
      }
      if (verdict.kind === "broken") {
        const { judgement } = verdict;
        if (judgement.verdict === "measured") this.#convictions.count(judgement.violations);
        const after = [this.#book.recovered(finding, moment)];
        this.#convict(visit, { moment, after, judgement, disk });
        if (this.#isOver()) break;
      }
    }
    this.#coverage.cover(visit.first, visit.last);
  }

  async #follow(visit: CrashVisit, state: RecoveredState): Promise<void> {
    const moment = this.#moments.at(visit.last);
    const [first] = state.findings;
    if (moment === undefined || first === undefined) return;
    const crashedLife = this.#moments.eventsThrough(moment).at(-1)?.life ?? 0;
    const followed = await followUp({
      state,
      catalogue: this.#catalogue,
      workload: this.#workload,
      crashedLife,
      operation: this.#operation,
      first,
      highestLsn: moment.highestLsn,
    });
    this.#problem ??= state.problem;
    if (this.#problem !== undefined) return;
    if (followed.ordinary) return;
    const after = [this.#book.recovered(first, moment), ...followed.events()];
    const judgement = this.#book.judgeEvents(moment, after);
    // What the state shows by itself is counted where it is judged.
    const shown = this.#book.judge(first, moment).kind === "broken";
    if (judgement.verdict === "measured" && !shown) this.#convictions.count(judgement.violations);
    if (!breaksNothing(judgement)) this.#convict(visit, { moment, after, judgement, disk: 0 });
  }

  #mayNest(): boolean {
    const { depth, nestedMax } = this.#request.limits;
    return depth > 0 && this.#nestedCount < nestedMax && !this.#convictions.isDecided;
  }

  /** Judged at the last moment at which the state is legal: no other asks for more. */
  async #nest(visit: CrashVisit): Promise<void> {
    const moment = this.#moments.at(visit.last);
    if (moment === undefined) return;
    this.#nestedCount += 1;
    const prior = this.#moments.eventsThrough(moment);
    const request = await nestedRequest({ ...this.#request, visit, prior, reader: this.#reader });
    if (request === undefined) return;
    const inner = await exploreStates(request);
    this.#nested = addCounts(this.#nested, addCounts(inner.states, inner.nested));
    this.#coverage.coverRecoveries(inner.losses.crashPoints);
    this.#problem ??= inner.problem;
    this.#convictions.add(inner.findings);
    const { violation } = inner;
    if (violation !== undefined) {
      const outer = [this.#step(visit, moment), ...violation.outer];
      this.#convictions.convict(violation.verdict, () => ({ ...violation, outer }));
    }
  }

  #convict(visit: CrashVisit, { moment, after, judgement, disk }: Conviction): void {
    this.#notApplicable = judgement.notApplicable;
    if (judgement.verdict === "inconclusive") {
      this.#problem ??= judgement.problem ?? "a state could not be judged";
      return;
    }
    const verdict = judgement.verdict === "measured" ? "measured" : "violated";
    this.#convictions.convict(verdict, () => ({
      verdict,
      trace: this.#request.trace,
      step: this.#step(visit, moment),
      disk,
      outer: [],
      events: this.#moments.history(moment, after).events,
      violations: [...judgement.violations, ...this.#tooEarly(judgement.violations)],
    }));
  }

  /** Of the operations that a state lost: the first that was acknowledged before its sync. */
  #tooEarly(violations: readonly Violation[]): readonly Violation[] {
    const lost = new Set(violations.flatMap(({ operations }) => operations));
    const found = this.#early.find(({ violation }) =>
      violation.operations.some((operation) => lost.has(operation)),
    );
    return found === undefined ? [] : [found.violation];
  }

  #step(visit: CrashVisit, moment: CrashMoment): CrashChoiceRecord {
    const at = Math.min(visit.last, Math.max(visit.first, moment.first));
    return { at, choice: formatCrashChoice(visit.choice()) };
  }
}

interface Conviction {
  readonly moment: CrashMoment;
  readonly after: readonly HistoryEvent[];
  readonly judgement: Judgement;
  /** The number of the finding among those of the state. */
  readonly disk: number;
}
