// A storage whose process can be killed: from then on nothing that the process does reaches the disk.

import { type CallSite, countCalls } from "../disk/nth-call.ts";
import type { StoragePort } from "../storage-port.ts";
import type { CallEdge } from "../supervisor/job.ts";

/** What a call says whose process is gone; stores that catch it find every further call failing. */
class KilledProcess extends Error {
  readonly code = "KILLED";

  constructor() {
    super("the process was killed");
  }
}

/** A storage for one life of a process. */
export interface MortalStorage {
  readonly storage: StoragePort;
  /** Settles when the process is killed, and never else. */
  readonly killed: Promise<void>;
  /** The process ends now; a second time changes nothing. */
  kill(): void;
  readonly isDead: boolean;
}

/** Wraps a disk; with `at`, the process is killed before or after that counted call. */
export function mortalStorage(
  disk: StoragePort,
  at?: CallEdge & { readonly told: (site: CallSite) => void },
): MortalStorage {
  let dead = false;
  const waiting: (() => void)[] = [];
  const killed = new Promise<void>((resolve) => waiting.push(resolve));
  const kill = (): void => {
    dead = true;
    for (const resolve of waiting) resolve();
  };
  const act = (site: CallSite): void => {
    at?.told(site);
    kill();
    throw new KilledProcess();
  };
  const gated = gate(disk, () => dead);
  const { storage } = countCalls(
    gated,
    at === undefined ? undefined : { n: at.n, action: { kind: at.edge, act } },
  );
  return {
    storage,
    killed,
    kill,
    get isDead(): boolean {
      return dead;
    },
  };
}

/** Every call of a dead process throws, also the ones that only look. */
function gate(disk: StoragePort, isDead: () => boolean): StoragePort {
  return new Proxy(disk, {
    get(target, name): unknown {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...given: unknown[]): unknown => {
        if (isDead()) throw new KilledProcess();
        return Reflect.apply(member, target, given);
      };
    },
  });
}
