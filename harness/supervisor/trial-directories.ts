// The directories of a supervisor's trials, all in one; and those that a killed supervisor left.
import { lstatSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { dir } from "tmp-promise";
import type { Clock } from "../clock.ts";
import { SUPERVISOR_MARK } from "./child-process.ts";
import { until } from "./limited-wait.ts";
import {
  killProcess,
  processesWithEnvironment,
  processIdentity,
  processNamespace,
} from "./process-table.ts";

// The name says who owns the directory, so a later start needs nothing else to tell a dead owner's
// directory from a live one's: ackproof-<process namespace>-<pid>-<start time>-<random>.
const NAME = /^ackproof-(\d+)-(\d+)-(\d+)-\w{6}$/;

/** How long strays of a dead supervisor may take to go, in milliseconds. */
const STRAY_LIMIT_MS = 2_000;

/** One directory for each trial; all of them go with `close`, and with the process. */
export class TrialDirectories {
  /** The name of the supervisor's directory marks all of its children. */
  readonly mark: string;
  readonly #base: string;
  readonly #removeAtExit: () => void;
  #made = 0;

  private constructor(base: string) {
    this.#base = base;
    this.mark = basename(base);
    this.#removeAtExit = () => rmSync(base, { recursive: true, force: true });
    process.once("exit", this.#removeAtExit);
  }

  /** Cleans up after dead supervisors, then makes this one's directory. */
  static async open(clock: Clock, temporaryFolder: string = tmpdir()): Promise<TrialDirectories> {
    const parent = await realpath(temporaryFolder);
    await removeStale(parent, clock);
    const startTime = processIdentity(process.pid)?.startTime ?? "0";
    const owner = `ackproof-${processNamespace()}-${process.pid}-${startTime}`;
    const { path } = await dir({ tmpdir: parent, template: `${owner}-XXXXXX`, mode: 0o700 });
    return new TrialDirectories(path);
  }

  /** Makes an empty directory for one trial. */
  make(): string {
    this.#made += 1;
    const path = join(this.#base, `trial-${this.#made}`);
    mkdirSync(path);
    return path;
  }

  async close(): Promise<void> {
    process.removeListener("exit", this.#removeAtExit);
    await rm(this.#base, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Removes what dead supervisors of this user left in the folder, after killing their children. */
async function removeStale(parent: string, clock: Clock): Promise<void> {
  for (const name of readdirSync(parent)) {
    const path = join(parent, name);
    if (!isStale(name) || !isOwnDirectory(path)) continue;
    const gone = await until(() => !killStrays(name), STRAY_LIMIT_MS, clock);
    if (gone) await rm(path, { recursive: true, force: true });
  }
}

function isStale(name: string): boolean {
  const [, namespace, pid, startTime] = NAME.exec(name) ?? [];
  // Numbers of another container mean nothing here; its own next start cleans up.
  if (namespace === undefined || namespace !== processNamespace()) return false;
  return processIdentity(Number(pid))?.startTime !== startTime;
}

function isOwnDirectory(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found !== undefined && found.isDirectory() && found.uid === process.getuid?.();
}

function killStrays(mark: string): boolean {
  const strays = processesWithEnvironment(SUPERVISOR_MARK, mark);
  for (const stray of strays) killProcess(stray);
  return strays.length > 0;
}
