// Where a campaign keeps its violations: an artifact each, up to a limit.
import { join } from "node:path";
import type { CrashStory } from "../crash-story.ts";
import { faultKind, promiseUnder } from "../history/allowance.ts";
import { writeArtifact } from "../hunt/artifact.ts";
import type { ViolationSummary } from "../result.ts";
import type { Scenario } from "../scenario.ts";
import type { CampaignSettings } from "./campaign-options.ts";
import type { RowOutcome } from "./row-trial.ts";
import { cutText } from "./safe-json.ts";

/** Artifacts of one campaign; the violations beyond them are told without one. */
const ARTIFACTS_LIMIT = 20;

/** What is known of a trial's first violation beside its artifact. */
export interface ToldViolation {
  readonly prevention: string | undefined;
  readonly story: CrashStory | undefined;
}

/** Keeps what a violating trial left behind, and tells its violations. */
export class ViolationShelf {
  private kept = 0;
  private readonly directory: string;
  private readonly settings: CampaignSettings;

  /** `directory` is the report's folder of violations. */
  constructor(directory: string, settings: CampaignSettings) {
    this.directory = directory;
    this.settings = settings;
  }

  /** One summary a violation; those of one trial share an artifact. What is told is of the first. */
  keep(
    scenario: Scenario,
    outcome: RowOutcome,
    { prevention, story }: ToldViolation,
  ): readonly ViolationSummary[] {
    const { record } = outcome;
    const id = `${scenario.name}-${record.fault}-${record.trial}`.replaceAll(/[^a-zA-Z0-9]+/g, "-");
    const artifact = this.writeArtifact(id, scenario, outcome);
    const told = {
      ...(prevention === undefined ? {} : { prevention: cutText(prevention) }),
      ...(story === undefined || artifact === undefined ? {} : { story }),
    };
    return record.violations.map(({ guarantee, message }, place) => ({
      id,
      guarantee,
      message: cutText(message),
      trial: record.trial,
      seed: record.seed,
      replay: artifact?.replay ?? null,
      ...(place > 0 ? {} : told),
    }));
  }

  /** The command that replays it, `null` for one that cannot be; undefined beyond the limit. */
  private writeArtifact(
    id: string,
    scenario: Scenario,
    outcome: RowOutcome,
  ): { readonly replay: string | null } | undefined {
    if (this.kept >= ARTIFACTS_LIMIT) return undefined;
    this.kept += 1;
    const path = join(this.directory, id);
    const { record, history, stderr } = outcome;
    const { version, seed, replayCommand } = this.settings;
    const { workload } = history;
    const promise = promiseUnder(scenario.promise(workload.options), faultKind(record.fault));
    const facts = { ackproof: version, campaignSeed: seed, subject: scenario.subject };
    const trial = { ...facts, promise, workload, record };
    const store = outcome.store ?? { missing: outcome.storeMissing ?? "no copy was kept" };
    const { trace } = outcome;
    const content = { trial, history, store, stderr, ...(trace === undefined ? {} : { trace }) };
    return { replay: writeArtifact(path, content) ? replayCommand(path) : null };
  }
}
