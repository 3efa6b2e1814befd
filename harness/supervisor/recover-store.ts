// One recovery: the subject is opened as after a crash and everything in it is read.
import type { FoundRecord, RecoveryOutcome } from "../history/history.ts";
import type { FoundValue, SubjectPorts } from "../subject.ts";
import { errorCode } from "./error-code.ts";
import type { RecoverJob, RecoveryLimits } from "./job.ts";
import { type BuiltInSubjects, loadSubject } from "./subject-loader.ts";
import { SupervisorError } from "./supervisor-error.ts";

/**
 * Recovers and says what was found, or with which error the subject refused. Reading stops at the
 * limits: by then there is more than was ever written, and the judge will say so.
 * @throws SupervisorError `bad-subject`, `bad-value`
 */
export async function recoverStore(
  job: RecoverJob,
  builtIn: BuiltInSubjects,
  ports: SubjectPorts,
): Promise<RecoveryOutcome> {
  const subject = await loadSubject(job.store.subject, builtIn);
  try {
    const values = await subject.recover(job.store.directory, job.store.options, ports);
    const found = new FoundRecords(job.limits);
    await readAll(values, found);
    return { kind: "found", records: found.records };
  } catch (error) {
    if (error instanceof SupervisorError) throw error;
    return refused(error);
  }
}

class FoundRecords {
  readonly records: FoundRecord[] = [];
  readonly #limits: RecoveryLimits;
  #bytes = 0;

  constructor(limits: RecoveryLimits) {
    this.#limits = limits;
  }

  /** False once there is enough. */
  add(value: FoundValue): boolean {
    const { payload, lsn } = value;
    if (!(payload instanceof Uint8Array)) {
      throw new SupervisorError("bad-value", "recover gave a value without payload bytes");
    }
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
    this.records.push({
      bytes: bytes.toString("base64"),
      ...(lsn === undefined ? {} : { lsn }),
    });
    this.#bytes += payload.byteLength;
    return this.records.length < this.#limits.records && this.#bytes < this.#limits.bytes;
  }
}

async function readAll(
  values: Iterable<FoundValue> | AsyncIterable<FoundValue>,
  found: FoundRecords,
): Promise<void> {
  // The two loops differ: `for await` over a synchronous iterable costs a microtask a record.
  if (Symbol.asyncIterator in values) {
    for await (const value of values) if (!found.add(value)) return;
    return;
  }
  for (const value of values) if (!found.add(value)) return;
}

function refused(error: unknown): RecoveryOutcome {
  if (!(error instanceof Error)) return { kind: "refused", message: String(error) };
  const code = errorCode(error);
  const message = error.message.slice(0, 1_000);
  return { kind: "refused", ...(code === undefined ? {} : { code }), message };
}
