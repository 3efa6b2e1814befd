// The calls that move offsets and number descriptors: read, lseek, dup, close, messages that carry them.
import {
  carriedDescriptors,
  hasFlag,
  hasFlagAnywhere,
  numberAt,
  optionalNumberAt,
  refusal,
  returned,
} from "./call-arguments.ts";
import type { FoldContext } from "./call-handler.ts";
import { type CallEnd, type CallHandler, descriptionAt, fileAt } from "./call-handler.ts";
import { dataCalls } from "./data-calls.ts";
import type { Description } from "./open-files.ts";
import type { TracedThread } from "./process-table.ts";
import type { TracedCall } from "./traced-call.ts";

/** Messages with descriptors that nobody received; more are refused. */
const TRAVELLING_MAX = 1000;
/** The largest descriptor: what `~0U` means in close_range. */
const LAST_DESCRIPTOR = 2 ** 32 - 1;

/** Every call on descriptors, by name. */
export const descriptorCalls: Readonly<Record<string, CallHandler>> = {
  read,
  readv: read,
  recvfrom: read,
  preadv2: (call, thread, fold) =>
    // An offset of -1, which comes as a number too large to hold, is the description's own.
    (optionalNumberAt(call, 3) ?? -1) === -1 ? read(call, thread, fold) : undefined,
  lseek: seek,
  close,
  close_range: closeRange,
  dup: duplicate,
  dup2: duplicate,
  dup3: duplicate,
  fcntl,
  pipe: () => undefined,
  pipe2: () => undefined,
  socketpair: () => undefined,
  memfd_create: (call, thread) => () =>
    thread.descriptors.set(returned(call) ?? -1, { kind: "outside", path: undefined }),
  sendmsg: send,
  sendmmsg: sendMany,
  recvmsg: receive,
  recvmmsg: receiveMany,
};

function read(call: TracedCall, thread: TracedThread, fold: FoldContext): CallEnd {
  const description = descriptionAt(call, thread, 0);
  const count = returned(call) ?? 0;
  if (description?.kind === "file") description.offset += count;
  return description?.kind === "input" && count > 0
    ? () => fold.marks.delivered(count).forEach((mark) => fold.tree.mark(mark))
    : undefined;
}

function seek(call: TracedCall, thread: TracedThread): undefined {
  const file = fileAt(call, thread, 0);
  if (file !== undefined) file.offset = returned(call) ?? 0;
}

function close(call: TracedCall, thread: TracedThread): undefined {
  thread.descriptors.close(numberAt(call, 0));
}

function closeRange(call: TracedCall, thread: TracedThread): undefined {
  if (hasFlag(call, 2, "CLOSE_RANGE_UNSHARE")) thread.descriptors = thread.descriptors.copy();
  const last = optionalNumberAt(call, 1) ?? LAST_DESCRIPTOR;
  for (const descriptor of thread.descriptors.between(numberAt(call, 0), last)) {
    if (hasFlag(call, 2, "CLOSE_RANGE_CLOEXEC")) {
      thread.descriptors.setCloseOnExec(descriptor, true);
    } else {
      thread.descriptors.close(descriptor);
    }
  }
}

function duplicate(call: TracedCall, thread: TracedThread): CallEnd {
  const [from, to] = [numberAt(call, 0), returned(call) ?? -1];
  if (from === to) return undefined;
  return () => thread.descriptors.duplicate(from, to, hasFlagAnywhere(call, "O_CLOEXEC"));
}

function fcntl(call: TracedCall, thread: TracedThread): CallEnd {
  const descriptor = numberAt(call, 0);
  const is = (command: string): boolean => hasFlag(call, 1, command);
  if (is("F_DUPFD") || is("F_DUPFD_CLOEXEC")) {
    const to = returned(call) ?? -1;
    return () => thread.descriptors.duplicate(descriptor, to, is("F_DUPFD_CLOEXEC"));
  }
  if (is("F_SETFD")) {
    thread.descriptors.setCloseOnExec(descriptor, hasFlag(call, 2, "FD_CLOEXEC"));
  }
  const file = is("F_SETFL") ? fileAt(call, thread, 0) : undefined;
  if (file !== undefined) file.append = hasFlag(call, 2, "O_APPEND");
  return undefined;
}

function send(call: TracedCall, thread: TracedThread, fold: FoldContext): CallEnd {
  const carried = carriedDescriptors(call, 1).map((each) => thread.descriptors.get(each));
  if (carried.length > 0) {
    if (fold.travelling.length >= TRAVELLING_MAX) {
      throw refusal(
        call,
        `sends descriptors when ${TRAVELLING_MAX} messages with some are under way`,
      );
    }
    fold.travelling.push(carried);
  }
  return dataCalls["sendmsg"]?.(call, thread, fold);
}

function sendMany(call: TracedCall, thread: TracedThread): undefined {
  if (carriedDescriptors(call, 1).length > 0) throw refusal(call, "sends descriptors");
  refuseChannel(call, descriptionAt(call, thread, 0));
}

function receive(call: TracedCall, thread: TracedThread, fold: FoldContext): CallEnd {
  const ended = read(call, thread, fold);
  const numbers = carriedDescriptors(call, 1);
  if (numbers.length === 0) return ended;
  return () => {
    const descriptions = received(call, numbers.length, fold);
    const closeOnExec = hasFlagAnywhere(call, "MSG_CMSG_CLOEXEC");
    for (const [index, number] of numbers.entries()) {
      const description = descriptions[index];
      if (description !== undefined) thread.descriptors.set(number, description, closeOnExec);
    }
    ended?.();
  };
}

function receiveMany(call: TracedCall, thread: TracedThread): undefined {
  if (carriedDescriptors(call, 1).length > 0) throw refusal(call, "receives descriptors");
  refuseChannel(call, descriptionAt(call, thread, 0));
}

/** What arrived: which message it was can be told where all that are under way carry the same. */
function received(
  call: TracedCall,
  count: number,
  { travelling }: FoldContext,
): readonly (Description | undefined)[] {
  const [first, ...others] = travelling.filter((each) => each.length === count);
  const same = others.every((other) => other.every((each, index) => each === first?.[index]));
  const concerned = [first, ...others].flat().some((each) => each?.kind === "file");
  if (concerned && !same) {
    throw refusal(call, "receives a descriptor, and which of several that were sent is not told");
  }
  if (first !== undefined) travelling.splice(travelling.indexOf(first), 1);
  return first ?? [];
}

function refuseChannel(call: TracedCall, description: Description | undefined): void {
  if (description?.kind === "input" || description?.kind === "output") {
    throw refusal(call, "moves several lines of the protocol in one message");
  }
}
