// The texts of the fault `io-error`, and which failures of the disk each of them draws from.
import { type FailingCall, type IoFailure, matchingFailures } from "../disk/io-failure.ts";

/** A failure of some call, whichever of its calls that is. */
export type FailureOfCall = Omit<IoFailure, "n">;

/** Every failure at every call, one after the other. */
export const EACH_IO_ERROR = "io-error:each";

/**
 * With an error that is told one sync too late no store can keep what it acknowledged, so a disk of
 * that kind informs, and no other text draws from it.
 */
const LATE_IO_ERROR = "io-error:late";

const toldInTime = ({ cache }: FailureOfCall): boolean => cache !== "late";

const DRAWN: { readonly [text: string]: (failure: FailureOfCall) => boolean } = {
  "io-error": toldInTime,
  "io-error:EIO": (failure) => failure.kind === "EIO" && toldInTime(failure),
  "io-error:ENOSPC": (failure) => failure.kind === "ENOSPC" && toldInTime(failure),
  "io-error:EINTR": (failure) => failure.kind === "EINTR" && toldInTime(failure),
  "io-error:short": ({ kind }) => kind === "short",
  "io-error:slow": ({ kind }) => kind === "slow",
  "io-error:reverted": ({ cache }) => cache === "reverted",
  [LATE_IO_ERROR]: ({ cache }) => cache === "late",
  [EACH_IO_ERROR]: toldInTime,
};

/** All I/O errors, as text: `io-error`, `io-error:EIO` ... */
export const ioErrorTexts: readonly string[] = Object.keys(DRAWN);

/** The failures that this text draws from; undefined where it is no I/O error's. */
export function failuresOf(text: string): readonly FailureOfCall[] | undefined {
  const isDrawn = Object.hasOwn(DRAWN, text) ? DRAWN[text] : undefined;
  return isDrawn && matchingFailures().filter(isDrawn);
}

/**
 * Whether strace can make it strike a program: it fails a call, or keeps it waiting. It can not write a
 * part of what it was given. The program reads its own page cache, which keeps what a failed sync left
 * there; and a failure that lasted would strike its answers too, which leave by the same calls.
 */
export function isInjectable({ call, kind, lasts, cache }: FailureOfCall): boolean {
  return (
    !lasts &&
    cache === "kept" &&
    kind !== "short" &&
    matchingFailures().some((each) => each.call === call && each.kind === kind)
  );
}

/** Those that can strike the store: its storage port, or else its program. */
export function failuresFor(
  text: string,
  { usesStoragePort }: { readonly usesStoragePort: boolean },
): readonly FailureOfCall[] {
  const failures = failuresOf(text) ?? [];
  return usesStoragePort ? failures : failures.filter(isInjectable);
}

/** False where the fault only informs. */
export function setsVerdict(text: string): boolean {
  return text !== LATE_IO_ERROR;
}

/** What a row must have struck, each of them once, before it may be called held. */
const REQUIRED: { readonly [calls: string]: readonly FailingCall[] } = {
  write: ["write"],
  sync: ["sync", "syncData"],
  "a name": ["open", "rename", "remove", "syncDirectory"],
};

/** The kind of call that a failure is drawn by: each is as likely as the others. */
export function callGroup({ call }: Pick<IoFailure, "call">): string {
  const [name] = Object.entries(REQUIRED).find(([, calls]) => calls.includes(call)) ?? [call];
  return name;
}

/**
 * Of what the text may draw, the calls that were never struck: `write`, `sync`, `a name`. Where it is
 * known which calls were made at all, others are not missed.
 */
export function unstruckCalls(
  text: string,
  struck: { readonly [failure: string]: number },
  made?: readonly string[],
): readonly string[] {
  const failures = (failuresOf(text) ?? []).filter(({ call }) => made?.includes(call) ?? true);
  const hit = new Set(Object.keys(struck).map((failure) => failure.split(":", 1)[0]));
  return Object.entries(REQUIRED).flatMap(([name, calls]) => {
    const drawn = calls.filter((call) => failures.some((failure) => failure.call === call));
    return drawn.length === 0 || drawn.some((call) => hit.has(call)) ? [] : [name];
  });
}
