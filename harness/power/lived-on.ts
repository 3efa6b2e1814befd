// A workload in which some life can fail and another one follows it.
import type { Workload } from "../workload.ts";
import { withLife } from "./log-catalogue.ts";
import { FOLLOW_UP } from "./memory-recoverer.ts";

/** The workload, with one more life behind its only one; it asks for nothing that the others do not. */
export function livedOn(workload: Workload): Workload {
  if (workload.lives.length > 1) return workload;
  const known = new Set(workload.lives.flat().map(({ kind }) => kind));
  const asked = FOLLOW_UP.filter(({ kind }) => kind === "append" || known.has(kind));
  return withLife(workload, asked).workload;
}
