// An event store as many services have one: a file of JSON lines, appended to and never synced.
//
// A batch is written as its lines, all by one write or each by its own. Opening drops a torn end, from
// the first line that is none; what it leaves it syncs, so that what was found stays.
import type { FileId, StoragePort } from "../../harness/storage-port.ts";
import type { FoundValue, OpenStore, Subject, SubjectOptions } from "../../harness/subject.ts";
import { readWhole, writeWhole } from "./whole-file.ts";

/** `flush` never syncs an append; `sync` does before it acknowledges: all that the mending takes. */
export type EventMode = "flush" | "sync";

const NAME = "events.jsonl";

/** One line: an event with its place in the stream. */
interface Event {
  readonly id: number;
  readonly data: string;
}

export const eventSubject: Subject = {
  open(directory, options, { storage }): OpenStore {
    const store = new EventStore(directory, storage, options);
    return {
      append: (payload) => store.write([payload]),
      batch: (payloads) => store.write(payloads),
      close: () => store.close(),
    };
  },
  recover(directory, options, { storage }): readonly FoundValue[] {
    const store = new EventStore(directory, storage, options);
    store.close();
    return store.found;
  },
};

class EventStore {
  /** What lay in the file when it was opened. */
  readonly found: readonly FoundValue[];
  readonly #storage: StoragePort;
  readonly #synced: boolean;
  /** True where a batch takes a write for each of its events. */
  readonly #writeEach: boolean;
  readonly #file: FileId;
  #end: number;
  #nextId: number;

  constructor(directory: string, storage: StoragePort, options: SubjectOptions) {
    this.#storage = storage;
    this.#synced = options.mode === "sync";
    this.#writeEach = options["writeEach"] === true;
    storage.makeDirectory(directory);
    const path = `${directory}/${NAME}`;
    const isNew = !storage.list(directory).includes(NAME);
    const content = isNew ? Buffer.alloc(0) : readWhole(storage, path);
    const { events, end } = soundEvents(content);
    this.found = events.map(({ data }) => ({ payload: Buffer.from(data, "base64") }));
    this.#nextId = events.length;
    this.#end = end;
    this.#file = storage.open(path, isNew ? "create" : "write");
    if (end < content.length) storage.truncate(this.#file, end);
    storage.sync(this.#file);
    storage.syncDirectory(directory);
  }

  write(payloads: readonly Uint8Array[]): undefined {
    const lines = payloads.map((payload, index) => {
      const data = Buffer.from(payload).toString("base64");
      return `${JSON.stringify({ id: this.#nextId + index, data })}\n`;
    });
    for (const text of this.#writeEach ? lines : [lines.join("")]) {
      const bytes = Buffer.from(text);
      writeWhole(this.#storage, this.#file, { bytes, position: this.#end });
      this.#end += bytes.length;
    }
    this.#nextId += payloads.length;
    if (this.#synced) this.#storage.syncData(this.#file);
  }

  close(): void {
    this.#storage.close(this.#file);
  }
}

/** The events up to the first line that is not the next one, and where they end. */
function soundEvents(content: Buffer): { readonly events: readonly Event[]; readonly end: number } {
  const events: Event[] = [];
  let end = 0;
  for (let to = content.indexOf("\n"); to >= 0; to = content.indexOf("\n", end)) {
    const event = parseEvent(content.toString("utf8", end, to));
    if (event?.id !== events.length) break;
    events.push(event);
    end = to + 1;
  }
  return { events, end };
}

function parseEvent(line: string): Event | undefined {
  try {
    const value: Event | null = JSON.parse(line);
    return typeof value?.data === "string" ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
