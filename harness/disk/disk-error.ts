// What can go wrong with the model of a disk, told apart by a code.

/** What a real disk would answer; the codes are Linux's, but for `ELOCKED`, the storage port's own. */
export type SystemErrorCode =
  | "EBADF"
  | "EBUSY"
  | "EEXIST"
  | "EFBIG"
  | "EINTR"
  | "EINVAL"
  | "EIO"
  | "EISDIR"
  | "ENOENT"
  | "ENOSPC"
  | "ENOTDIR"
  | "ENOTEMPTY"
  | "ELOCKED";

/**
 * Beside the disk's own answers:
 * - `trace-full`: the recording would outgrow its limit.
 * - `bad-trace`: events that no disk can have seen, or a trace file that is none.
 * - `bad-choice`: a crash state's text that does not parse, names nothing of this trace, asks for
 *   stale bytes where no power cut leaves them, or parts what the profile keeps as one.
 * - `bad-crash-point`: a crash after an event that the trace does not have.
 * - `bad-profile`: the name of no device profile.
 * - `bad-failure`: a text that names no I/O failure.
 */
export type DiskErrorCode =
  | SystemErrorCode
  | "trace-full"
  | "bad-trace"
  | "bad-choice"
  | "bad-crash-point"
  | "bad-profile"
  | "bad-failure";

/** A call to the disk that failed: which, and on what, in Node's words. */
export interface DiskCall {
  readonly syscall: string;
  readonly path?: string;
  /** The second path of a rename. */
  readonly dest?: string;
}

/** Every error of this folder. Those of the storage port have the fields that Node's have. */
export class DiskError extends Error {
  override readonly name = "DiskError";
  readonly code: DiskErrorCode;
  readonly syscall: string | undefined;
  readonly path: string | undefined;
  readonly dest: string | undefined;

  constructor(code: DiskErrorCode, message: string, call?: DiskCall) {
    super(message);
    this.code = code;
    this.syscall = call?.syscall;
    this.path = call?.path;
    this.dest = call?.dest;
  }
}

const MEANINGS: { readonly [code in SystemErrorCode]: string } = {
  EBADF: "bad file descriptor",
  EBUSY: "resource busy or locked",
  EEXIST: "file already exists",
  EFBIG: "file too large",
  EINTR: "interrupted system call",
  EINVAL: "invalid argument",
  EIO: "i/o error",
  EISDIR: "illegal operation on a directory",
  ENOENT: "no such file or directory",
  ENOSPC: "no space left on device",
  ENOTDIR: "not a directory",
  ENOTEMPTY: "directory not empty",
  ELOCKED: "the directory has an owner",
};

/** The error that a real disk gives, worded as Node words it. */
export function systemError(code: SystemErrorCode, call: DiskCall): DiskError {
  const from = call.path === undefined ? "" : ` '${call.path}'`;
  const to = call.dest === undefined ? "" : ` -> '${call.dest}'`;
  return new DiskError(code, `${code}: ${MEANINGS[code]}, ${call.syscall}${from}${to}`, call);
}
