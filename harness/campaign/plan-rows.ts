// The rows of a campaign: which scenario meets which fault here, and which cannot.
import type { Clock } from "../clock.ts";
import type { Availability } from "../faults/fault.ts";
import { parseFault } from "../faults/parse-fault.ts";
import type { NotRun } from "../result.ts";
import type { Scenario } from "../scenario.ts";

/** One scenario under one fault. */
export interface CampaignRow {
  readonly scenario: Scenario;
  /** As text. */
  readonly fault: string;
}

export interface CampaignPlan {
  readonly rows: readonly CampaignRow[];
  readonly notRun: readonly NotRun[];
}

/**
 * Each scenario meets the faults that were named, or else its own, as far as they can run here.
 * @throws FaultError for a text that names no fault
 */
export async function planRows(
  scenarios: readonly Scenario[],
  named: readonly string[],
  clock: Clock,
): Promise<CampaignPlan> {
  const rows: CampaignRow[] = [];
  const notRun: NotRun[] = [];
  for (const scenario of scenarios) {
    for (const fault of named.length > 0 ? named : scenario.faults) {
      const availability = await availabilityOf(scenario, fault, clock);
      if (!availability.available) {
        const { available: _, ...why } = availability;
        notRun.push({ fault: `${fault} for ${scenario.name}`, ...why });
      } else {
        rows.push({ scenario, fault });
      }
    }
  }
  return { rows, notRun };
}

async function availabilityOf(
  scenario: Scenario,
  text: string,
  clock: Clock,
): Promise<Availability> {
  const fault = parseFault(text);
  if (!fault.appliesTo(scenario)) {
    return { available: false, reason: fault.unfit };
  }
  return fault.needs(clock, scenario);
}
