// Another boot of the machine, as what runs behind a power cut sees it.
//
// Linux gives each boot a number, and a store may ask for it: lmdb-js takes what it wrote on the same
// boot for kept, synced or not. A power cut ends a boot, and our recoveries of one run on the same.
import type { TracedEvent } from "../recorder/traced-call.ts";
import { whyNot } from "./command-containment.ts";

/** Where the kernel tells it: proc_sys_kernel(5). */
const BOOT_NUMBER = "/proc/sys/kernel/random/boot_id";
/**
 * A number of the same form in the same file system, another one at each read. So each process that
 * asks is of a boot of its own, as if the machine had been shut down cleanly before it.
 */
const RANDOM_NUMBER = "/proc/sys/kernel/random/uuid";
/** What is to run comes as arguments, and is no text of the script. */
const SCRIPT = `mount --bind ${RANDOM_NUMBER} ${BOOT_NUMBER} && exec "$@"`;

/** What stands before a program that is to see another boot: the program becomes this very process. */
export const ANOTHER_BOOT: readonly string[] = [
  "unshare",
  "--mount",
  "--",
  "sh",
  "-c",
  SCRIPT,
  "sh",
];

/** Why no program can be shown another boot here; undefined where one can. */
export function whyNoOtherBoot(): Promise<string | undefined> {
  return whyNot(ANOTHER_BOOT);
}

/** True where a recorded process opened the file that tells the boot. */
export function asksForBoot(events: readonly TracedEvent[]): boolean {
  const wanted = Buffer.from(BOOT_NUMBER);
  return events.some(
    (event) =>
      event.kind === "call" &&
      event.call.name.startsWith("open") &&
      event.call.args.some(
        (argument) => argument.kind === "bytes" && wanted.equals(argument.bytes),
      ),
  );
}
