// One process of a command: started in its containment, killed with all that it started.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { ANOTHER_BOOT } from "./another-boot.ts";
import { BoundedOutput } from "./bounded-output.ts";
import { CHILD_MARK, type ChildSettings, type Exit, SUPERVISOR_MARK } from "./child-process.ts";
import type { CommandContainment } from "./command-containment.ts";
import { commandStart } from "./command-start.ts";
import { Event } from "./event.ts";
import type { StoreLocation } from "./job.ts";
import { until, within } from "./limited-wait.ts";
import {
  groupLives,
  killProcess,
  type ProcessIdentity,
  processesWithEnvironment,
  processIdentity,
  signal,
} from "./process-table.ts";
import { closing } from "./stream-closing.ts";
import { SupervisorError } from "./supervisor-error.ts";

/** What every command of a supervisor shares. */
export interface CommandSettings extends Omit<ChildSettings, "childFile"> {
  readonly containment: CommandContainment;
}

/** What is started. */
export interface CommandStart {
  readonly role: "write" | "recover";
  readonly store: StoreLocation;
  /** Tells it from the supervisor's other commands. */
  readonly number: number;
  /** What stands before the program, within the containment: a tracer. */
  readonly tracer?: readonly string[];
}

/** How a command's process ended, told when nothing of it is left. */
export interface CommandEnd {
  readonly exit: Exit | undefined;
  /** False where a process of it may be left. */
  readonly contained: boolean;
  /** True where it was killed before it had ended by itself. */
  readonly killed: boolean;
  /** Its standard error, bounded. */
  readonly output: string;
}

const UNSHARE_KILLED = 1;
/** What `unshare` says of itself when the process that it waits for was killed. */
const UNSHARE_LAST_WORDS = /unshare: [^\n]*\n$/;
/** The exit code by which shells tell that a program could not be run. */
const NOT_STARTED = 126;

/** A process of its own group, its standard error kept. */
export class CommandProcess {
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  /** Resolves once the first process has ended. */
  readonly exited: Promise<Exit>;
  readonly #settings: CommandSettings;
  readonly #mark: string;
  readonly #child: ChildProcess;
  readonly #pid: number | undefined;
  readonly #output: BoundedOutput;
  readonly #drained: Promise<unknown>;
  #exit: Exit | undefined;
  /** The first process of the namespace, once it was seen. */
  #init: ProcessIdentity | undefined;
  #killed = false;
  #startError = "";

  /** @throws SupervisorError `bad-subject` where the program is not there or can not be run */
  constructor(settings: CommandSettings, { role, store, number, tracer = [] }: CommandStart) {
    this.#settings = settings;
    this.#mark = `${settings.mark}.${role}.${number}`;
    this.#child = startCommand(settings, { role, store, tracer, mark: this.#mark });
    const { stdin, stdout, stderr, pid } = this.#child;
    if (stdout === null || stderr === null) {
      throw new SupervisorError("child-not-ready", `the ${role} command has no pipes`);
    }
    this.#pid = pid;
    this.stdin = stdin ?? undefined;
    this.stdout = stdout;
    this.#output = new BoundedOutput(settings.limits.outputBytes);
    this.#output.read(stderr);
    this.#drained = Promise.all([closing(stdout), closing(stderr)]);
    // The pipes may break with the process: what came before counts, and the exit tells the rest.
    stdin?.on("error", () => undefined);
    stdout.on("error", () => undefined);
    const exited = new Event<Exit>();
    this.exited = exited.promise;
    const ended = (exit: Exit): void => {
      this.#exit ??= exit;
      exited.happened(this.#exit);
    };
    this.#child.once("exit", (code, name) => ended({ code, signal: name }));
    // A file that the system can not run: there never was a process.
    this.#child.once("error", ({ message }) => {
      this.#startError = `${message}\n`;
      ended({ code: NOT_STARTED, signal: null });
    });
  }

  get isAlive(): boolean {
    return this.#exit === undefined;
  }

  /** SIGKILL to all of its processes; false where it had ended before. */
  kill(): boolean {
    if (!this.isAlive || this.#pid === undefined) return false;
    this.#init ??= this.#findInit();
    // With the first process of a namespace die all, and unshare ends when all are gone.
    const found = this.#init === undefined ? signal(-this.#pid, "SIGKILL") : true;
    if (this.#init !== undefined) killProcess(this.#init);
    this.#killed ||= found;
    return found;
  }

  /** Kills what is left, waits until nothing is, and tells how it ended. */
  async end(): Promise<CommandEnd> {
    const { limits } = this.#settings;
    this.kill();
    const exited = await within(limits.exitMs, this.exited);
    const gone = await this.#isGone();
    const drained = await within(limits.drainMs, this.#drained);
    this.stdin?.destroy();
    this.stdout.destroy();
    this.#child.stderr?.destroy();
    return {
      exit: this.#exit,
      killed: this.#killed && !this.#endedByItself(),
      // A pipe that stays open is held by a process that was not found.
      contained: exited && gone && drained,
      output: this.#words(),
    };
  }

  /** It may have ended in the moment of its kill; unshare has a code of its own for a kill. */
  #endedByItself(): boolean {
    const code = this.#exit?.code ?? null;
    return code !== null && !(this.#init !== undefined && code === UNSHARE_KILLED);
  }

  #words(): string {
    const text = this.#startError + this.#output.toString();
    return this.#init !== undefined && this.#killed ? text.replace(UNSHARE_LAST_WORDS, "") : text;
  }

  #isGone(): Promise<boolean> {
    const { clock, limits } = this.#settings;
    return until(() => !this.#strikeLeft(), limits.exitMs, clock);
  }

  /** Strikes what is left; false where nothing is. */
  #strikeLeft(): boolean {
    const init = this.#init;
    const initLives = init !== undefined && processIdentity(init.pid)?.startTime === init.startTime;
    if (initLives) killProcess(init);
    const group = this.#pid !== undefined && groupLives(this.#pid);
    if (group) signal(-this.#pid, "SIGKILL");
    if (this.#settings.containment.kind === "pid-namespace") return group || initLives;
    const strays = processesWithEnvironment(CHILD_MARK, this.#mark);
    for (const stray of strays) killProcess(stray);
    return group || strays.length > 0;
  }

  /** The one child of unshare; undefined before it has one, and without a namespace. */
  #findInit(): ProcessIdentity | undefined {
    if (this.#settings.containment.kind !== "pid-namespace") return undefined;
    const { pid = 0 } = this.#child;
    let children: string;
    try {
      children = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1");
    } catch {
      // It has ended meanwhile: then there is nothing to strike.
      return undefined;
    }
    const first = Number(children.split(" ")[0]);
    return first > 0 ? processIdentity(first) : undefined;
  }
}

function startCommand(
  { containment, mark: supervisor }: CommandSettings,
  { role, store, tracer, mark }: Required<Omit<CommandStart, "number">> & { readonly mark: string },
): ChildProcess {
  const { path, words, env } = commandStart(role, store);
  const inside = store.boot === undefined ? tracer : [...ANOTHER_BOOT, ...tracer];
  const [program = path, ...rest] = [...containment.prefix, ...inside, path, ...words];
  return spawn(program, rest, {
    stdio: [role === "write" ? "pipe" : "ignore", "pipe", "pipe"],
    // Its own group, so that one signal strikes all of it.
    detached: true,
    env: { ...env, [SUPERVISOR_MARK]: supervisor, [CHILD_MARK]: mark },
  });
}
