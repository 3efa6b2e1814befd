// From a fault's text to the fault.
import { FaultError } from "./fault-error.ts";
import { type KillFault, killFault, killTexts } from "./kill.ts";
import { type PowerFault, powerFault, powerTexts } from "./power.ts";

/** Every fault that there is, as text. */
export const faultTexts: readonly string[] = [...killTexts, ...powerTexts];

/**
 * The fault that prints itself as this text.
 * @throws FaultError `unknown-fault`, which lists what there is
 */
export function parseFault(text: string): KillFault | PowerFault {
  const fault = killFault(text) ?? powerFault(text);
  if (fault !== undefined) return fault;
  const shown = text.slice(0, 80);
  throw new FaultError("unknown-fault", `no fault "${shown}"; there are: ${faultTexts.join(", ")}`);
}
