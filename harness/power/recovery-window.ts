// The recoveries that are under way: of each new state one, handed out in the order of the states.
import type { CrashVisit } from "../disk/crash-space.ts";
import type { Finding } from "./finding.ts";
import { SeenStates } from "./seen-states.ts";
import type { RecoveredState } from "./state-recoverer.ts";
import type { StopWatch } from "./stop-watch.ts";

/** A state that was recovered for its first visit, and is still there. */
export interface OwnRecovery {
  readonly state: RecoveredState;
  /** It is drawn to be recovered twice and written on. */
  readonly follows: boolean;
  /** It is drawn to have its recovery crashed. */
  readonly nests: boolean;
}

/** A visit with what is found there; `own` where no equal state came before. */
export interface VisitedRecovery {
  readonly visit: CrashVisit;
  readonly findings: readonly Finding[];
  readonly own?: OwnRecovery;
}

interface WindowParts {
  /** Recoveries that may be under way at once. */
  readonly atOnce: number;
  readonly watch: StopWatch;
  /** Begins one; called in the order of the states. */
  recover(visit: CrashVisit): Promise<OwnRecovery>;
}

/** Remembers what was found, so that equal states are recovered once. */
export class RecoveryWindow {
  readonly #parts: WindowParts;
  readonly #seen = new SeenStates();
  readonly #underWay = new Map<string, Promise<VisitedRecovery>>();

  constructor(parts: WindowParts) {
    this.#parts = parts;
  }

  /** Whoever stops early leaves nothing under way. */
  async *through(visits: Iterable<CrashVisit>): AsyncGenerator<VisitedRecovery> {
    const begun: Promise<VisitedRecovery>[] = [];
    const waiting = visits[Symbol.iterator]();
    try {
      for (;;) {
        const recovery = await this.#next(begun, waiting);
        if (recovery === undefined) return;
        try {
          yield recovery;
        } finally {
          recovery.own?.state.discard();
        }
      }
    } finally {
      waiting.return?.();
      for (const ended of await Promise.allSettled(begun)) {
        if (ended.status === "fulfilled") ended.value.own?.state.discard();
      }
    }
  }

  /** Begins as many as may be under way, and waits for the first of them. */
  async #next(
    begun: Promise<VisitedRecovery>[],
    waiting: Iterator<CrashVisit>,
  ): Promise<VisitedRecovery | undefined> {
    while (begun.length < this.#parts.atOnce) {
      const { value, done } = waiting.next();
      if (done === true) break;
      this.#parts.watch.lap("produceMs");
      begun.push(this.#begin(value));
    }
    const [first] = begun;
    if (first === undefined) return undefined;
    const recovery = await first;
    void begun.shift();
    this.#parts.watch.lap("recoverMs");
    this.#underWay.delete(recovery.visit.key);
    this.#seen.keep(recovery.visit, recovery.findings);
    return recovery;
  }

  #begin(visit: CrashVisit): Promise<VisitedRecovery> {
    const known = this.#seen.get(visit.key);
    if (known !== undefined) return Promise.resolve({ visit, findings: known });
    const underWay = this.#underWay.get(visit.key);
    const recovery =
      underWay === undefined
        ? this.#recover(visit)
        : underWay.then(({ findings }) => ({ visit, findings }));
    // Whoever waits for it hears of a failure; nobody may before.
    recovery.catch(() => undefined);
    if (underWay === undefined) this.#underWay.set(visit.key, recovery);
    return recovery;
  }

  async #recover(visit: CrashVisit): Promise<VisitedRecovery> {
    const own = await this.#parts.recover(visit);
    return { visit, findings: own.state.findings, own };
  }
}
