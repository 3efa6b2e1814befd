// The owner's end of a connection: other threads append through the thread that has the log open.
import { MessageChannel, type MessagePort } from "node:worker_threads";
import type { GroupWal } from "./group-wal.ts";
import type { Lsn } from "./lsn.ts";
import { sendError, type WalAnswer, type WalRequest } from "./wal-message.ts";

/**
 * Makes a connection to an open log of mode `group`, and returns its other end: hand that to a
 * worker thread (in `workerData` or by `postMessage`, and in the list of what is transferred), which
 * calls `connectWal` with it. Every worker needs one of its own. The calls of all connections and
 * those made here share their groups; those of one connection keep their order.
 *
 * The connection ends with the worker, or when the worker closes it; calls that are under way then
 * come to their end unheard. When the log is closed, later calls are refused with `closed`. It does
 * not keep this thread alive.
 */
export function shareWal(wal: GroupWal): MessagePort {
  const { port1, port2 } = new MessageChannel();
  const answers: WalAnswer[] = [];
  const answer = (made: WalAnswer): void => {
    answers.push(made);
    if (answers.length === 1) {
      // A group is answered in one turn: its answers go in one message.
      process.nextTick(() => {
        port1.postMessage(answers.splice(0));
      });
    }
  };
  port1.on("message", (requests: readonly WalRequest[]) => {
    for (const request of requests) {
      void answerOf(wal, request).then(answer);
    }
  });
  port1.unref();
  return port2;
}

/** Makes the call, before this returns, and gives what became of it. */
async function answerOf(wal: GroupWal, request: WalRequest): Promise<WalAnswer> {
  const { id } = request;
  try {
    return { id, kind: "done", lsns: await perform(wal, request) };
  } catch (error) {
    return { id, kind: "failed", error: sendError(error) };
  }
}

async function perform(wal: GroupWal, request: WalRequest): Promise<readonly Lsn[]> {
  switch (request.kind) {
    case "append":
      return [await wal.append(request.payload)];
    case "batch":
      return await wal.appendBatch(request.payloads);
    case "checkpoint":
      return [await wal.checkpoint()];
    case "sync":
      await wal.sync();
      return [];
    case "drained":
      await wal.drained();
      return [];
  }
}
