// What is started where a store's program is recorded: its command, or the child that runs its module.
import { realpathSync } from "node:fs";
import type { RecordingOptions } from "../recorder/record-command.ts";
import type { Injection } from "../recorder/strace-injection.ts";
import { isCommand } from "../subject.ts";
import { ANOTHER_BOOT } from "./another-boot.ts";
import { SUPERVISOR_MARK } from "./child-process.ts";
import type { CommandSettings } from "./command-process.ts";
import { commandStart } from "./command-start.ts";
import type { Job } from "./job.ts";

/** A job that is recorded. */
export interface RecordedJob {
  readonly job: Job;
  /** The trace is written here, outside the store's directory; the caller removes it. */
  readonly traceFile: string;
  /**
   * Calls of the program that strace makes fail, or keeps waiting; none, but a list, where it is to do
   * as one with some would: libuv's pool has one thread then.
   */
  readonly injections?: readonly Injection[];
}

/** A trace is at most this large, in bytes and in calls. */
const TRACE_BYTES = 128 * 1024 * 1024;
const TRACE_EVENTS = 500_000;
/** The longest value that is recorded whole, in bytes. */
const STRING_BYTES = 16 * 1024 * 1024;

/** @throws SupervisorError `bad-subject` where a command's program is not there or can not be run */
export function recordedStart(
  { job, traceFile, injections }: RecordedJob,
  settings: CommandSettings & { readonly childFile: string },
): RecordingOptions {
  const { clock, limits, containment, mark, childFile } = settings;
  const { lifeMs: runMs, exitMs, outputBytes } = limits;
  const shared = {
    // The kernel's own word for it: a trace has no links in its paths.
    cwd: realpathSync(process.cwd()),
    traceFile,
    stringBytes: STRING_BYTES,
    limits: { runMs, exitMs, outputBytes, traceBytes: TRACE_BYTES, events: TRACE_EVENTS },
    clock,
    ...(injections === undefined ? {} : { injections }),
  };
  // Which of several threads takes a call is chance, and strace counts the calls of each.
  const steady = injections === undefined ? {} : { UV_THREADPOOL_SIZE: "1" };
  const boot = job.store.boot === undefined ? [] : ANOTHER_BOOT;
  if (!isCommand(job.store.subject)) {
    const env = {
      ...steady,
      PATH: process.env["PATH"] ?? "/usr/bin:/bin",
      [SUPERVISOR_MARK]: mark,
    };
    const program = process.execPath;
    const args = [childFile, "write"];
    return { ...shared, program, args, env, prefix: boot, answersApart: true };
  }
  const role = job.kind === "write" ? "write" : "recover";
  const { path, words, env } = commandStart(role, job.store);
  return {
    ...shared,
    program: path,
    args: words,
    env: { ...steady, ...env, [SUPERVISOR_MARK]: mark },
    prefix: [...containment.prefix, ...boot],
  };
}
