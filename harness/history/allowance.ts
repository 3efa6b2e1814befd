// Which loss a promise allows, by how the machine failed.
import type { Allowance, StorePromise } from "../guarantees/guarantee.ts";

/** How the machine failed, as far as a promise tells failures apart. */
export type FaultKind = "kill" | "power" | "io-error";

/** What may be lost; an I/O error is judged by the power cut that follows it. */
export function allowanceOf(promise: StorePromise, fault: FaultKind): Allowance {
  switch (fault) {
    case "kill":
      return promise.kill;
    case "power":
    case "io-error":
      return promise.power;
  }
}

/** Whether a clean close keeps everything: a killed process leaves the page cache behind. */
export function closeKeepsAll(promise: StorePromise, fault: FaultKind): boolean {
  return fault === "kill" || promise.barriers.includes("close");
}
