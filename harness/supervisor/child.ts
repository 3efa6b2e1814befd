// The program of every child: it writes for one life, or recovers again and again.
import type { ChildParts } from "./child-parts.ts";
import { runRecoveryChild } from "./recovery-child.ts";
import { runWriterChild } from "./writer-child.ts";

/** What a child is for, as its one argument says. */
export type ChildRole = "write" | "recover" | "power" | "measure";

/** Runs until the supervisor's end of the control pipe closes, or a signal strikes. */
export function runChild(parts: ChildParts): void {
  const role = process.argv[2];
  if (role === "recover") runRecoveryChild(parts);
  else runWriterChild(parts);
}
