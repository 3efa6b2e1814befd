// The command line: reads the words, has the work done, prints, and ends with the exit code.
// First, so that an error while the others are loaded does not end with 1, "violated".
// oxlint-disable-next-line import/no-unassigned-import
import "./harness/command-line/own-error.ts";
import { randomInt } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { CampaignError } from "./harness/campaign/campaign-error.ts";
import { describeMachine } from "./harness/campaign/describe-machine.ts";
import { readResult } from "./harness/campaign/read-result.ts";
import { writeReportFiles } from "./harness/campaign/report-directory.ts";
import { safeJson } from "./harness/campaign/safe-json.ts";
import { runCampaign } from "./harness/campaign.ts";
import { systemClock } from "./harness/clock.ts";
import { chooseScenarios } from "./harness/command-line/choose-scenarios.ts";
import { COMMAND_NAMES } from "./harness/command-line/commands.ts";
import { EXIT, type ExitCode, exitCode } from "./harness/command-line/exit-code.ts";
import { commandText, overviewText } from "./harness/command-line/help-text.ts";
import { tellOwnError } from "./harness/command-line/own-error.ts";
import {
  type Command,
  type CompareCommand,
  type GateCommand,
  type MeasureCommand,
  parseCommand,
  type ReplayCommand,
  type ReportCommand,
  type RunCommand,
} from "./harness/command-line/parse-command.ts";
import {
  measureCommand,
  repeatCommand,
  replayCommand,
} from "./harness/command-line/repeat-command.ts";
import { requirePlatform } from "./harness/command-line/require-platform.ts";
import { appendStepSummary } from "./harness/command-line/step-summary.ts";
import { UsageError } from "./harness/command-line/usage-error.ts";
import { FaultError } from "./harness/faults/fault-error.ts";
import { faultTexts, parseFault } from "./harness/faults/parse-fault.ts";
import { ArtifactError } from "./harness/hunt/artifact-error.ts";
import { replayArtifact } from "./harness/hunt/replay.ts";
import { readInstallation } from "./harness/installation.ts";
import { MeasureError } from "./harness/measure/measure-error.ts";
import { runMeasurement } from "./harness/measure.ts";
import { recorderNeeds } from "./harness/recorder/strace-needs.ts";
import type { Scenario } from "./harness/scenario.ts";
import { stream } from "./harness/seed.ts";
import { SupervisorError } from "./harness/supervisor/supervisor-error.ts";
import { withSupervisor } from "./harness/with-supervisor.ts";
import { compareResults } from "./reports/compare/compare-results.ts";
import { renderComparison } from "./reports/compare-text.ts";
import { renderDoctor } from "./reports/doctor-text.ts";
import { escapeText } from "./reports/escape-text.ts";
import { renderAnnotations } from "./reports/github-annotations.ts";
import {
  createMeasureBar,
  createMeasureLines,
  type MeasureProgress,
} from "./reports/measure-progress.ts";
import { createPaint, type Paint, wantsColours } from "./reports/paint.ts";
import { createBar, createLines, type Progress } from "./reports/progress.ts";
import { renderReplay } from "./reports/replay-story.ts";
import { type ReportModel, reportModel } from "./reports/report-model.ts";
import { renderScenarioList } from "./reports/scenario-list.ts";
import { renderMeasurement } from "./reports/spectrum-table.ts";
import { renderMarkdown } from "./reports/summary-markdown.ts";
import { renderSummary } from "./reports/terminal-summary.ts";
import { commandScenarios } from "./scenarios/configuration/command-scenario.ts";
import { ConfigurationError } from "./scenarios/configuration/configuration-error.ts";
import { loadConfiguration } from "./scenarios/configuration/load-configuration.ts";
import { measuredSettings } from "./scenarios/measured-settings.ts";
import { scenarios as ownScenarios } from "./scenarios/registry.ts";
import { starterText, writeStarter } from "./scenarios/starter/starter.ts";

/** Width of a terminal that does not tell its own. */
const COLUMNS = 100;
const MESSAGE_LIMIT = 2000;
const SEEDS = 2 ** 32;

async function run(command: Command): Promise<ExitCode> {
  switch (command.kind) {
    case "gate":
      return gate(command);
    case "run":
      return campaign(command, commandScenarios(command.subject, process.cwd()));
    case "measure":
      return measure(command);
    case "replay":
      return replay(command);
    case "compare":
      return compare(command);
    case "report":
      return report(command);
    case "list":
      print(renderScenarioList(await knownScenarios(command.config), faultTexts, outPaint()));
      return EXIT.held;
    case "doctor":
      return doctor();
    case "init": {
      const request = { ...command, packageRoot: readInstallation().root };
      writeStarter(request);
      print(starterText(request));
      return EXIT.held;
    }
    case "help":
      print(command.command === undefined ? overviewText(version()) : commandText(command.command));
      return EXIT.held;
    case "version":
      print(`${version()}\n`);
      return EXIT.held;
  }
}

async function gate(command: GateCommand): Promise<ExitCode> {
  const scenarios = chooseScenarios(await knownScenarios(command.config), {
    names: command.scenarios,
    mode: command.mode,
    otherWords: command.spelledOut ? [] : COMMAND_NAMES,
  });
  return campaign(command, scenarios);
}

async function campaign(
  command: GateCommand | RunCommand,
  scenarios: readonly Scenario[],
): Promise<ExitCode> {
  const { seed = randomInt(SEEDS), out, faults } = command;
  const progress = chooseProgress(command.quiet);
  // Only here: the library that draws the charts would make every other command start slower.
  const { reportFiles } = await import("./reports/report-files.ts");
  try {
    const result = await runCampaign({
      scenarios,
      seed,
      faults,
      out,
      trials: command.trials,
      timeLimitMs: command.timeMs,
      bound: command.bound,
      concurrency: command.concurrency,
      command: repeatCommand(command, seed),
      replayCommand: (artifact) => replayCommand(artifact, command),
      reportFiles,
      signal: abortOnSignals(),
      onEvent: (event) => progress.onEvent(event),
    });
    const model = reportModel(result);
    print(command.json ? `${safeJson(result, 2)}\n` : summary(model, command));
    tellGithub(model, command.json ? process.stderr : process.stdout);
    return exitCode(result, command.requireAll || faults.length > 0);
  } finally {
    progress.stop();
  }
}

async function measure(command: MeasureCommand): Promise<ExitCode> {
  const { names, mode } = { names: command.scenarios, mode: command.mode };
  const known = await knownScenarios(command.config);
  const scenarios = chooseScenarios(known, { names, mode, otherWords: [] });
  const { seed = randomInt(SEEDS), out, quiet } = command;
  const progress = chooseMeasureProgress(quiet);
  const { reportFiles } = await import("./reports/report-files.ts");
  try {
    const result = await runMeasurement({
      settings: measuredSettings(scenarios),
      seed,
      out,
      timeLimitMs: command.timeMs,
      directory: command.directory,
      command: measureCommand(command, seed),
      signal: abortOnSignals(),
      onEvent: (event) => progress.onEvent(event),
    });
    writeReportFiles(out, reportFiles(result));
    if (command.json) print(`${safeJson(result, 2)}\n`);
    else print(renderMeasurement(result, { paint: outPaint(), out, quiet }));
    tellGithub(reportModel(result), command.json ? process.stderr : process.stdout);
    return exitCode(result, false);
  } finally {
    progress.stop();
  }
}

function summary(
  model: ReportModel,
  to: { readonly out: string; readonly quiet: boolean },
): string {
  const columns = process.stdout.columns ?? COLUMNS;
  return renderSummary(model, { paint: outPaint(), columns, out: to.out, quiet: to.quiet });
}

/** On GitHub Actions: a summary of the step, and annotations of the run. */
function tellGithub(model: ReportModel, log: NodeJS.WriteStream): void {
  const path = process.env["GITHUB_STEP_SUMMARY"] ?? "";
  const problem = path === "" ? undefined : appendStepSummary(path, renderMarkdown(model));
  if (problem !== undefined)
    process.stderr.write(`ackproof: ${escapeText(problem, MESSAGE_LIMIT)}\n`);
  if (process.env["GITHUB_ACTIONS"] === "true") log.write(renderAnnotations(model));
}

async function report({ path, out }: ReportCommand): Promise<ExitCode> {
  const { reportFiles } = await import("./reports/report-files.ts");
  const result = readResult(path);
  const folder = out ?? (statSync(path).isDirectory() ? path : dirname(path));
  writeReportFiles(folder, reportFiles(result));
  const shown = { out: folder, quiet: false };
  if (result.measurement === undefined) print(summary(reportModel(result), shown));
  else print(renderMeasurement(result, { paint: outPaint(), ...shown }));
  return EXIT[result.verdict];
}

async function replay({ artifact, config, subject }: ReplayCommand): Promise<ExitCode> {
  const named = subject === undefined ? [] : commandScenarios(subject, process.cwd());
  const scenarios = [...named, ...(await knownScenarios(config))];
  return withSupervisor(async (supervisor) => {
    const result = await replayArtifact(artifact, scenarios, supervisor);
    print(renderReplay(result, outPaint()));
    return EXIT[result.verdict];
  });
}

/** Prints what the comparison came to; the same two files give the same text. */
function compare({ base, head, json, quiet }: CompareCommand): ExitCode {
  const compared = compareResults(readResult(base), readResult(head), stream(0, "compare"));
  print(json ? `${safeJson(compared, 2)}\n` : renderComparison(compared, outPaint(), quiet));
  return EXIT[compared.outcome];
}

async function doctor(): Promise<ExitCode> {
  const { childFile, ...installation } = readInstallation();
  const faults = await Promise.all(
    faultTexts.map(async (text) => ({
      text,
      availability: await parseFault(text).needs(systemClock),
    })),
  );
  const recorder = await recorderNeeds(systemClock);
  return withSupervisor(async (supervisor) => {
    const machine = describeMachine(await supervisor.findContainment());
    const childFileExists = existsSync(childFile);
    const found = { ...installation, machine, childFile, childFileExists, faults, recorder };
    print(renderDoctor(found, outPaint()));
    return EXIT.held;
  });
}

/** With a configuration its scenarios are the gate's, and our own run when they are named. */
async function knownScenarios(named: string | undefined): Promise<readonly Scenario[]> {
  const packageEntry = join(readInstallation().root, "dist", "index.js");
  const configured = await loadConfiguration({ folder: process.cwd(), named, packageEntry });
  if (configured === undefined) return ownScenarios;
  const others = ownScenarios.filter((own) => !configured.some(({ name }) => name === own.name));
  return [...configured, ...others.map((own) => ({ ...own, inGate: false }))];
}

/** The first signal asks the campaign to save and end, the second ends at once. */
function abortOnSignals(): AbortSignal {
  const abort = new AbortController();
  const onSignal = (): void => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted);
    abort.abort();
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, onSignal);
  return abort.signal;
}

function chooseProgress(quiet: boolean): Progress {
  if (quiet) return createLines(() => undefined);
  return isDrawn() ? createBar(process.stderr) : createLines((line) => process.stderr.write(line));
}

function isDrawn(): boolean {
  return process.stderr.isTTY && (process.env["CI"] ?? "") === "";
}

function chooseMeasureProgress(quiet: boolean): MeasureProgress {
  if (quiet) return createMeasureLines(() => undefined);
  return isDrawn()
    ? createMeasureBar(process.stderr)
    : createMeasureLines((line) => process.stderr.write(line));
}

/** Errors of what was asked for; all others are our own. */
function isUsersError(error: unknown): error is Error {
  if (error instanceof SupervisorError) return ["bad-subject", "no-space"].includes(error.code);
  return [
    UsageError,
    ConfigurationError,
    ArtifactError,
    FaultError,
    CampaignError,
    MeasureError,
  ].some((kind) => error instanceof kind);
}

function reportError(error: unknown): ExitCode {
  if (!isUsersError(error)) return tellOwnError(error);
  process.stderr.write(`ackproof: ${escapeText(error.message, MESSAGE_LIMIT)}\n`);
  return EXIT.usage;
}

function outPaint(): Paint {
  return createPaint(wantsColours(process.stdout, process.env));
}

function version(): string {
  return readInstallation().version;
}

function print(text: string): void {
  process.stdout.write(text);
}

// A reader that closes the pipe early loses text, not the verdict.
process.stdout.on("error", () => undefined);
try {
  requirePlatform(process.platform);
  process.exitCode = await run(parseCommand(process.argv.slice(2)));
} catch (error) {
  process.exitCode = reportError(error);
}
