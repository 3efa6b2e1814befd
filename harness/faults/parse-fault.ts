// From a fault's text to the fault.
import { type CorruptFault, corruptFault, corruptTexts } from "./corrupt.ts";
import { FaultError } from "./fault-error.ts";
import { type IoErrorFault, ioErrorFault } from "./io-error.ts";
import { ioErrorTexts } from "./io-error-text.ts";
import { type KillFault, killFault, killTexts } from "./kill.ts";
import { type PowerFault, powerFault, powerTexts } from "./power.ts";

/** Every fault that there is, as text. */
export const faultTexts: readonly string[] = [
  ...killTexts,
  ...powerTexts,
  ...ioErrorTexts,
  ...corruptTexts,
];

/**
 * The fault that prints itself as this text.
 * @throws FaultError `unknown-fault`, which lists what there is
 */
export function parseFault(text: string): KillFault | PowerFault | IoErrorFault | CorruptFault {
  const fault = killFault(text) ?? crashFault(text) ?? corruptFault(text);
  if (fault !== undefined) return fault;
  const shown = text.slice(0, 80);
  throw new FaultError("unknown-fault", `no fault "${shown}"; there are: ${faultTexts.join(", ")}`);
}

/** The fault with this text that ends in power cuts; undefined for all others. */
export function crashFault(text: string): PowerFault | IoErrorFault | undefined {
  return powerFault(text) ?? ioErrorFault(text);
}
