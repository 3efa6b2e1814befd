// What `ackproof doctor` prints.
import type { Availability } from "../harness/faults/fault.ts";
import type { CampaignResult } from "../harness/result.ts";
import { escapeText } from "./escape-text.ts";
import type { Paint } from "./paint.ts";

const SENTENCE_LIMIT = 300;

/** What was found out about this machine. */
export interface Diagnosis {
  readonly version: string;
  readonly machine: CampaignResult["machine"];
  readonly childFile: string;
  readonly childFileExists: boolean;
  /** What cuts the power of programs: those that do not use the storage port. */
  readonly recorder: Availability;
  readonly faults: readonly { readonly text: string; readonly availability: Availability }[];
}

/** The text ends with a line break. */
export function renderDoctor(diagnosis: Diagnosis, paint: Paint): string {
  const { machine, faults } = diagnosis;
  const width = Math.max(...faults.map(({ text }) => text.length));
  const child = diagnosis.childFileExists
    ? paint.good("there")
    : `${paint.bad("missing")}; to make it: npm run build`;
  return `${[
    `ackproof ${diagnosis.version}, Node ${machine.node}`,
    `machine:     ${machine.platform} ${safe(machine.release)} ${machine.arch}, ${machine.cpus} cores`,
    `containment: ${safe(machine.containment)}`,
    `child:       ${safe(diagnosis.childFile)} is ${child}`,
    "faults:",
    ...faults.map(({ text, availability }) => {
      return `  ${text.padEnd(width)}  ${tellAvailability(availability, paint)}`;
    }),
    `the power of other programs is cut by recording them with strace: ${tellAvailability(diagnosis.recorder, paint)}`,
  ].join("\n")}\n`;
}

function tellAvailability(availability: Availability, paint: Paint): string {
  if (availability.available) return paint.good("can run");
  const { reason, command } = availability;
  const mend = command === undefined ? "" : `; to mend it: ${safe(command)}`;
  return `${paint.unsure("cannot run")}: ${safe(reason)}${mend}`;
}

function safe(text: string): string {
  return escapeText(text, SENTENCE_LIMIT);
}
