// What a command that writes is sent, line by line, and how far.
import { payload, payloadText } from "../payload.ts";
import { type Operation, payloadSizes } from "../workload.ts";
import { askedByJob } from "./asked-by-job.ts";
import type { WriteJob } from "./job.ts";
import { formatOperation } from "./protocol.ts";
import { SupervisorError } from "./supervisor-error.ts";

/** The operations of one life, handed out in order up to the job's stop. */
export class CommandFeed {
  readonly #job: WriteJob;
  readonly #answersWanted: number;
  #sent = 0;

  /** @throws SupervisorError `bad-subject` where the job can not be done by a command */
  constructor(job: WriteJob) {
    this.#job = job;
    this.#answersWanted = answersWanted(job);
    refuseEmptyValues(job);
  }

  /** Operations that were handed out. */
  get sent(): number {
    return this.#sent;
  }

  /** True once the writer has answered all that it was to answer, and is to get no more. */
  isDone(answers: number): boolean {
    return answers >= this.#answersWanted;
  }

  /** The next operation; undefined where the writer is to get none before it has answered more. */
  next(answers: number): Operation | undefined {
    if (this.isDone(answers) || this.#sent >= askedByJob(this.#job, answers)) return undefined;
    const operation = this.#job.operations[this.#sent];
    this.#sent += 1;
    return operation;
  }

  /** The line of the operation that was handed out last. */
  line(handedOut: Operation): string {
    const { firstOperation, workloadSeed } = this.#job;
    const operation = firstOperation + this.#sent - 1;
    const values = payloadSizes(handedOut).map((size, item) =>
      payloadText(payload(workloadSeed, { operation, item }, size)),
    );
    return `${formatOperation({ operation, kind: handedOut.kind, values })}\n`;
  }
}

/** A value is one word of a line, and no word is empty. */
function refuseEmptyValues({ operations, firstOperation }: WriteJob): void {
  const place = operations.findIndex((operation) => payloadSizes(operation).includes(0));
  if (place < 0) return;
  const number = firstOperation + place;
  const why = `operation ${number} writes a value of 0 bytes, which a command can not be sent`;
  throw new SupervisorError("bad-subject", `${why}: its workload must draw sizes from 1`);
}

/** How many answers of its own it gives before it is at its stop. */
function answersWanted({ operations, firstOperation, stop }: WriteJob): number {
  switch (stop.kind) {
    case "end":
    case "close":
    case "operation":
      return operations.length;
    case "answers":
      return Math.min(stop.count, operations.length);
    case "lie":
      return stop.from - firstOperation;
    case "opening":
      return 0;
    case "call":
      throw new SupervisorError("bad-subject", "the file calls of a command can not be counted");
  }
}
