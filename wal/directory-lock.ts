// One owner for a directory: an abstract socket on Linux, a lock file elsewhere.
import { readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { lockByFile, lockedError } from "./lock-file.ts";

/**
 * The size of a socket's name on Linux (unix(7)). Node 20 pads an abstract name with zeros to this
 * size and later versions do not; a name that fills it is the same name in both.
 */
const SOCKET_NAME_BYTES = 108;

/**
 * A process that is being started holds a copy of its parent's sockets for the moment between fork
 * and exec, also of one that the parent closes meanwhile. So a name that is taken is tried again for
 * a fifth of a second before it counts as somebody's.
 */
const ATTEMPTS = 40;
const ATTEMPT_PAUSE_MS = 5;
const NEVER_WOKEN = new Int32Array(new SharedArrayBuffer(4));

/** The names that this thread has, to refuse them without a wait. */
const held = new Set<string>();

/**
 * Takes `directory` until the returned function is called or the process ends.
 * @throws an error with code `ELOCKED` where it is taken, also by this process.
 */
export function lockDirectory(directory: string): () => void {
  return process.platform === "linux" ? lockBySocket(directory) : lockByFile(directory);
}

/**
 * Binds a socket that is named by the directory's device and inode, so every path to it is the same
 * lock, nothing is written, and the kernel frees it with its owner. Abstract names belong to a
 * network namespace: containers that share a volume but no network do not see each other's lock.
 */
function lockBySocket(directory: string): () => void {
  const { dev, ino } = statSync(directory, { bigint: true });
  const name = `\0ackproof-wal-${dev}-${ino}-`.padEnd(SOCKET_NAME_BYTES, ".");
  if (held.has(name)) {
    throw lockedError(directory, "this process has it open");
  }
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const server = bind(name);
    if (server !== undefined) {
      held.add(name);
      return () => {
        held.delete(name);
        server.close();
      };
    }
    Atomics.wait(NEVER_WOKEN, 0, 0, ATTEMPT_PAUSE_MS);
  }
  if (!isBound(name)) {
    throw new Error(`${directory} cannot be locked: no socket could be bound (descriptors left?)`);
  }
  throw lockedError(directory, "another log has it open");
}

/** True where somebody has the name: a bind may fail for other reasons too. */
function isBound(name: string): boolean {
  return readFileSync("/proc/net/unix", "latin1").includes(`@${name.slice(1)}`);
}

/** A socket of this name; `undefined` where the name is taken. */
function bind(name: string): Server | undefined {
  const server = createServer();
  // The error event repeats, a tick later, what `listening` says now.
  server.on("error", () => undefined);
  server.listen({ path: name, exclusive: true });
  server.unref();
  return server.listening ? server : undefined;
}
