// What an exploration convicts: the first violation, and where nothing is promised what was found instead.
import { addFindings, countFindings } from "../guarantees/count-findings.ts";
import type { Violation } from "../guarantees/guarantee.ts";
import type { FindingCounts } from "../trial-record.ts";
import type { PowerViolation } from "./exploration.ts";

/** A violation ends the exploration; a finding does not, and the first one is kept. */
export class Convictions {
  #kept: PowerViolation | undefined;
  #findings: FindingCounts = {};

  /** The violation, else the first finding. */
  get kept(): PowerViolation | undefined {
    return this.#kept;
  }

  /** Judged pairs that broke each guarantee where nothing is promised. */
  get findings(): FindingCounts {
    return this.#findings;
  }

  /** True once a promise was broken. */
  get isDecided(): boolean {
    return this.#kept?.verdict === "violated";
  }

  count(violations: readonly Violation[]): void {
    this.#findings = addFindings(this.#findings, countFindings(violations));
  }

  add(findings: FindingCounts): void {
    this.#findings = addFindings(this.#findings, findings);
  }

  /** A violation takes the place of a finding; `tell` is asked where it is the first of its kind. */
  convict(verdict: PowerViolation["verdict"], tell: () => PowerViolation): void {
    const better = this.#kept === undefined || (verdict === "violated" && !this.isDecided);
    if (better) this.#kept = tell();
  }
}
