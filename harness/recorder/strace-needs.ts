// Whether programs can be recorded on this machine; if not, why, and what mends it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import type { Clock } from "../clock.ts";
import type { Availability } from "../faults/fault.ts";
import { RunningRecording } from "./record-command.ts";
import { RecorderError } from "./recorder-error.ts";

/** The first version whose output this folder reads. */
const OLDEST = { major: 6, minor: 1 } as const;
/** A version is asked for, and a tiny program recorded, this long at most, in milliseconds. */
const TRY_MS = 10_000;
/** Most of a reason that is told, in characters. */
const REASON_LIMIT = 300;
const STRACE = "strace";
const INSTALL = "apt-get install strace";

let known: Promise<Availability> | undefined;

/** Tried for real, by recording a tiny program, once a process. */
export function recorderNeeds(clock: Clock): Promise<Availability> {
  known ??= tryRecorder({ PATH: process.env["PATH"] ?? "/usr/bin:/bin" }, clock);
  return known;
}

/** Tries strace as it is found with this environment. */
export async function tryRecorder(
  env: Readonly<Record<string, string>>,
  clock: Clock,
): Promise<Availability> {
  if (process.platform !== "linux") return missing("strace runs on Linux only");
  const asked = await execa(STRACE, ["-V"], {
    env: { ...env },
    extendEnv: false,
    reject: false,
    timeout: TRY_MS,
  });
  if (asked.exitCode !== 0) return missing("strace is not installed", INSTALL);
  return versionNeeds(asked.stdout) ?? (await traceTiny(env, clock));
}

/** What is missing by the words of `strace -V`; undefined where nothing is. */
export function versionNeeds(text: string): Availability | undefined {
  const [, major, minor] = /version (\d+)\.(\d+)/.exec(text) ?? [];
  if (major === undefined || minor === undefined) {
    return missing("strace does not tell its version", INSTALL);
  }
  const found = { major: Number(major), minor: Number(minor) };
  const isNew =
    found.major > OLDEST.major || (found.major === OLDEST.major && found.minor >= OLDEST.minor);
  if (isNew) return undefined;
  const versions = `strace is ${major}.${minor}; ${OLDEST.major}.${OLDEST.minor} or newer is needed`;
  return missing(versions, INSTALL);
}

/** Containers and kernels may forbid what strace does, so it is done once. */
async function traceTiny(
  env: Readonly<Record<string, string>>,
  clock: Clock,
): Promise<Availability> {
  const folder = await mkdtemp(join(tmpdir(), "ackproof-strace-"));
  try {
    const run = new RunningRecording({
      program: "true",
      args: [],
      cwd: folder,
      env,
      traceFile: join(folder, "trace"),
      stringBytes: 4096,
      limits: {
        runMs: TRY_MS,
        exitMs: 2_000,
        traceBytes: 1 << 20,
        events: 10_000,
        outputBytes: 4096,
      },
      clock,
    });
    run.stdout.resume();
    const { killed } = await run.ended;
    return killed === undefined ? { available: true } : missing("strace hangs here");
  } catch (error) {
    if (!(error instanceof RecorderError)) throw error;
    return forbidden(error.message);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What mends a strace that fails on everything, by its own words. */
export function forbidden(words: string): Availability {
  const reason = `strace can not trace here: ${words.replace(/\s+/g, " ").trim()}`;
  if (!words.includes("ptrace") && !words.includes("PTRACE")) return missing(reason);
  return missing(
    reason,
    "docker run --cap-add=SYS_PTRACE, or sysctl -w kernel.yama.ptrace_scope=1",
  );
}

function missing(reason: string, command?: string): Availability {
  const told = { available: false, reason: reason.slice(0, REASON_LIMIT) } as const;
  return command === undefined ? told : { ...told, command };
}
