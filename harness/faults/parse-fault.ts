// From a fault's text to the fault.
import { type CorruptFault, corruptFault, corruptTexts } from "./corrupt.ts";
import { FaultError } from "./fault-error.ts";
import { type KillFault, killFault, killTexts } from "./kill.ts";
import { type PowerFault, powerFault, powerTexts } from "./power.ts";

/** Every fault that there is, as text. */
export const faultTexts: readonly string[] = [...killTexts, ...powerTexts, ...corruptTexts];

/**
 * The fault that prints itself as this text.
 * @throws FaultError `unknown-fault`, which lists what there is
 */
export function parseFault(text: string): KillFault | PowerFault | CorruptFault {
  const fault = killFault(text) ?? powerFault(text) ?? corruptFault(text);
  if (fault !== undefined) return fault;
  const shown = text.slice(0, 80);
  throw new FaultError("unknown-fault", `no fault "${shown}"; there are: ${faultTexts.join(", ")}`);
}
