// The contract of a subject as a suite: checks that its author runs in a test framework of his own.
import { execa } from "execa";
import type { Scenario } from "../scenario.ts";
import { type CommandReference, isCommand } from "../subject.ts";
import type { Supervisor } from "../supervisor/supervisor.ts";
import { runTrial } from "../trial.ts";
import { withSupervisor } from "../with-supervisor.ts";
import type { OperationKind, Workload } from "../workload.ts";
import { type ContractCheck, contractChecks } from "./contract-checks.ts";
import { ContractError } from "./contract-error.ts";

/** What a check found: the subject is right, or lacks an operation that it need not have. */
export type ContractFinding =
  | { readonly kind: "right" }
  | { readonly kind: "lacks"; readonly operation: OperationKind };

/** One check of the contract. */
export interface SubjectCheck {
  readonly name: string;
  /**
   * Runs it in a directory of its own, which is gone afterwards. After the last life the store is
   * recovered twice, and must be found the same.
   * @throws ContractError where the subject is wrong; SupervisorError where it cannot be run
   */
  readonly run: () => Promise<ContractFinding>;
}

/** Seeds of the suite's payloads and trials: the suite is the same every time. */
const SEED = 1;
/** The code by which a subject says that it lacks an operation. */
const LACKS = "UNSUPPORTED";
const UNKNOWN_LINE = "0 ackproof-unknown\n";
const ANSWER_LIMIT_MS = 20_000;
const ANSWER_LIMIT_BYTES = 64 * 1024;

/**
 * The checks for this scenario's subject, as it is opened in the scenario's mode and held against
 * its promise. `for (const { name, run } of subjectSuite(scenario)) test(name, run);`
 */
export function subjectSuite(scenario: Scenario): readonly SubjectCheck[] {
  const { recordLimitBytes: largestSize = Infinity, concurrency = 1 } = scenario.promise({});
  const checks = contractChecks({ largestSize, concurrency }).map((check) => ({
    name: check.name,
    run: () => withSupervisor((supervisor) => runCheck(check, scenario, supervisor)),
  }));
  const { subject, mode } = scenario;
  if (!isCommand(subject)) return checks;
  const name = "an unknown line is refused, and what follows is done";
  const run = (): Promise<ContractFinding> =>
    withSupervisor((supervisor) => sendUnknownLine({ name, subject, mode }, supervisor));
  return [...checks, { name, run }];
}

async function runCheck(
  check: ContractCheck,
  scenario: Scenario,
  supervisor: Supervisor,
): Promise<ContractFinding> {
  const { concurrency = 1 } = check;
  const workload: Workload = { seed: SEED, options: {}, lives: check.lives, concurrency };
  const lives = check.lives.map(() => ({ writer: { kind: check.end }, recoveries: [] }));
  const request = { scenario, fault: "kill", trial: 0, seed: SEED, workload, plan: { lives } };
  const { record, history } = await runTrial(request, supervisor);
  const lacking = history.events.find((event) => event.kind === "failed" && event.code === LACKS);
  if (lacking?.kind === "failed") {
    const operation = check.lives.flat()[lacking.operation]?.kind;
    if (operation !== undefined && operation !== "append") return { kind: "lacks", operation };
  }
  const [violation] = record.violations;
  if (violation !== undefined) {
    const told = `${violation.guarantee}, after life ${violation.life}: ${violation.message}`;
    throw new ContractError("wrong-answer", check.name, told);
  }
  if (record.verdict === "held") return { kind: "right" };
  throw new ContractError("no-verdict", check.name, record.problem ?? "it was not judged");
}

/** Not through the supervisor, which asks nothing that is no operation. */
async function sendUnknownLine(
  asked: {
    readonly name: string;
    readonly subject: CommandReference;
    readonly mode: string;
  },
  supervisor: Supervisor,
): Promise<ContractFinding> {
  const { name, subject, mode } = asked;
  const [program = "", ...words] = subject.command.write;
  const { stdout, failed, shortMessage } = await execa(program, words, {
    input: `${UNKNOWN_LINE}1 append 1.0:aa\n`,
    env: {
      PATH: process.env["PATH"],
      ACKPROOF_DIR: supervisor.makeDirectory(),
      ACKPROOF_MODE: mode,
      ACKPROOF_OPTIONS: JSON.stringify(subject.options ?? {}),
    },
    extendEnv: false,
    timeout: ANSWER_LIMIT_MS,
    maxBuffer: ANSWER_LIMIT_BYTES,
    reject: false,
  });
  if (failed) throw new ContractError("no-verdict", name, shortMessage ?? "it failed");
  if (/^err 0 \S+.*\nack 1( \d+)?$/.test(stdout)) return { kind: "right" };
  const found = JSON.stringify(stdout.slice(0, 200));
  throw new ContractError("wrong-answer", name, `found ${found}, expected "err 0 ..." and "ack 1"`);
}
