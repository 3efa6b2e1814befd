// The library: a gate inside a user's own test, the judges, and the log.

export type { CampaignEvent } from "./harness/campaign/campaign-event.ts";
export type { CampaignOptions } from "./harness/campaign/campaign-options.ts";
export type { ReportFile } from "./harness/campaign/report-directory.ts";
export {
  type SequentialPlan,
  sequentialTest,
  type TrialCounts,
  trialsForBound,
} from "./harness/campaign/stop-rule.ts";
export { runCampaign } from "./harness/campaign.ts";
export type { CrashStory, StoryBytes, StoryEvent, StoryRecord } from "./harness/crash-story.ts";
export type {
  Allowance,
  StorePromise,
  Violation,
  VolatileFiles,
} from "./harness/guarantees/guarantee.ts";
export { judgeHistory as judge } from "./harness/guarantees/judge.ts";
export type { History, HistoryEvent } from "./harness/history/history.ts";
export type {
  LatencySummary,
  MeasuredPlace,
  MeasuredRisk,
  MeasuredSetting,
  MeasuredSpeed,
  Measurement,
  RiskInstant,
  RiskQuantiles,
  RiskWindowMeasurement,
  SampledLosses,
} from "./harness/measurement.ts";
export type {
  CampaignResult,
  CorruptionsResult,
  LossCount,
  NotRun,
  ScenarioResult,
  StatesResult,
  TwinResult,
  ViolationSummary,
} from "./harness/result.ts";
export type { Scenario } from "./harness/scenario.ts";
export type {
  CommandReference,
  FoundValue,
  ModuleReference,
  OpenStore,
  Subject,
  SubjectOptions,
  SubjectPorts,
  SubjectReference,
} from "./harness/subject.ts";
export {
  type ContractFinding,
  type SubjectCheck,
  subjectSuite,
} from "./harness/subject-suite/subject-suite.ts";
export type { LifeRecord, Stratum, TrialRecord, Verdict } from "./harness/trial-record.ts";
export {
  type Configuration,
  type ConfiguredScenario,
  defineConfig,
} from "./scenarios/configuration/configuration.ts";
export { scenariosOf } from "./scenarios/configuration/configured-scenarios.ts";
export { scenarios } from "./scenarios/registry.ts";
export { openWal, recover, type WalOptions } from "./wal/index.ts";
