// What holds the processes of a command together, so that one kill strikes all and none outlives it.
import { existsSync } from "node:fs";
import { execa } from "execa";

/** How a command's processes are held. */
export interface CommandContainment {
  /**
   * `pid-namespace`: with the command's first process die all others, wherever they went.
   * `process-group`: the group is struck, and what left it is found by its environment.
   */
  readonly kind: "pid-namespace" | "process-group";
  /** What stands before the command's own program and arguments. */
  readonly prefix: readonly string[];
  /** For people: what holds, what does not, and why. */
  readonly text: string;
}

/** A namespace is tried this long, in milliseconds; where it takes longer something is wrong. */
const TRY_MS = 10_000;
const UNSHARE = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];
/** Who is not root gets the right from a namespace in which he is still himself. */
const UNSHARE_AS_USER = [...UNSHARE, "--user", "--map-current-user"];
/** Most of an error message that is told, in characters. */
const REASON_LIMIT = 200;

/**
 * Finds out what can hold a command here: by trying it, since a kernel, a container or a missing
 * program may each forbid it. `memoryBytes` is the most that one process may have for its data.
 */
export async function findContainment(memoryBytes: number): Promise<CommandContainment> {
  const limit = ["prlimit", "--core=0", `--data=${memoryBytes}`];
  const unlimited = await whyNot(limit);
  const limits = unlimited === undefined ? limit : [];
  const most = Math.floor(memoryBytes / (1024 * 1024));
  const memory =
    unlimited === undefined
      ? `, ${most} MiB of data a process`
      : `, no memory limit (${unlimited})`;
  const namespace = await findNamespace();
  if (typeof namespace === "string") {
    const text = `process group and sweep (no pid namespace: ${namespace})${memory}`;
    return { kind: "process-group", prefix: limits, text };
  }
  const prefix = [...namespace, "--", ...limits];
  return { kind: "pid-namespace", prefix, text: `pid namespace${memory}` };
}

/** The command that opens one, or why there is none. */
async function findNamespace(): Promise<readonly string[] | string> {
  if (process.platform !== "linux") return `there are none on ${process.platform}`;
  if (!existsSync(`/proc/${process.pid}/task/${process.pid}/children`)) {
    return "/proc tells no children";
  }
  const asRoot = process.getuid?.() === 0 ? await whyNot(UNSHARE) : "not root";
  if (asRoot === undefined) return UNSHARE;
  const asUser = await whyNot(UNSHARE_AS_USER);
  return asUser === undefined ? UNSHARE_AS_USER : asUser;
}

/** Why the prefix can not run a program; undefined where it can. */
export async function whyNot(prefix: readonly string[]): Promise<string | undefined> {
  const [program = "", ...rest] = prefix;
  const tried = await execa(program, [...rest, "true"], {
    reject: false,
    stdin: "ignore",
    timeout: TRY_MS,
    forceKillAfterDelay: 100,
  });
  if (tried.exitCode === 0) return undefined;
  const said = tried.stderr?.trim().split("\n").at(-1) ?? "";
  const reason = said === "" ? `${program} can not run` : said;
  return reason.slice(0, REASON_LIMIT);
}
