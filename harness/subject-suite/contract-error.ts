// A subject that does not keep the contract of all subjects.

/** `wrong-answer`: it did what no promise allows. `no-verdict`: it did not answer as subjects do. */
export type ContractErrorCode = "wrong-answer" | "no-verdict";

/** Names the check, and what the subject did. */
export class ContractError extends Error {
  override readonly name = "ContractError";
  readonly code: ContractErrorCode;
  /** The check that it failed. */
  readonly check: string;

  constructor(code: ContractErrorCode, check: string, told: string) {
    super(`${check}: ${told}`);
    this.code = code;
    this.check = check;
  }
}
