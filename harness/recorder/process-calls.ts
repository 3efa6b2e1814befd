// The calls that start programs and threads, and that move where paths lead.
import { hasFlagAnywhere, refusal } from "./call-arguments.ts";
import type { FoldContext } from "./call-handler.ts";
import { type CallEnd, type CallHandler, descriptionAt } from "./call-handler.ts";
import { Contradiction } from "./contradiction.ts";
import type { Target } from "./path-lookup.ts";
import type { StartingPoint, TracedThread } from "./process-table.ts";
import type { TracedCall } from "./traced-call.ts";

const clone: CallHandler = (call, _thread, fold) => {
  fold.processes.clone(call);
  return undefined;
};
const exec: CallHandler = (call, _thread, fold) => () => fold.processes.exec(call);
const unseen: CallHandler = (call) => {
  throw refusal(call, "changes files, or what descriptors lead to, out of the recording's sight");
};

/** Every call on processes, by name, and those that no recording survives. */
export const processCalls: Readonly<Record<string, CallHandler>> = {
  clone,
  clone3: clone,
  fork: clone,
  vfork: clone,
  execve: exec,
  execveat: exec,
  unshare: (call, _thread, fold) => () => fold.processes.unshare(call),
  chdir: changeDirectory,
  fchdir: changeToOpen,
  mount,
  // Pages in a pipe are no file's; a splice into a file is refused as such.
  vmsplice: () => undefined,
  io_uring_setup: unseen,
  io_submit: unseen,
  open_by_handle_at: unseen,
  pidfd_getfd: unseen,
  process_vm_writev: unseen,
  remap_file_pages: unseen,
  chroot: unseen,
  pivot_root: unseen,
  move_mount: unseen,
  setns: unseen,
};

function changeDirectory(call: TracedCall, thread: TracedThread, fold: FoldContext): undefined {
  thread.directory.at = startingPoint(fold.paths.find(call, thread, { path: 0 }));
}

function changeToOpen(call: TracedCall, thread: TracedThread): CallEnd {
  const description = descriptionAt(call, thread, 0);
  if (description?.kind === "directory") {
    thread.directory.at = { kind: "inside", node: description.node };
  } else if (description?.kind === "outside" && description.path !== undefined) {
    thread.directory.at = { kind: "outside", path: description.path };
  } else {
    throw refusal(call, "goes to a directory that the trace never saw opened");
  }
  return undefined;
}

function startingPoint(target: Target): StartingPoint {
  if (target.kind === "outside") return target;
  if (target.node?.kind !== "directory") throw new Contradiction("goes to what is no directory");
  return { kind: "inside", node: target.node };
}

/** Only what is mounted where the recorded directory lies, above or below, matters. */
function mount(call: TracedCall, thread: TracedThread, { paths }: FoldContext): undefined {
  const target = paths.find(call, thread, { path: 1 });
  const isKept = ["MS_PRIVATE", "MS_SLAVE", "MS_SHARED"].some((flag) =>
    hasFlagAnywhere(call, flag),
  );
  if (!isKept && (target.kind !== "outside" || paths.isAbove(target.path))) {
    throw refusal(call, "mounts something where the recorded directory lies");
  }
}
