// A store to start from, in JavaScript: a journal of checked lines, each durable before append returns.
//
// `journal` begins with the number of its life; then each line is one operation, "CRC VALUE...". A
// line's checksum goes on from that of the line before it, so that nothing an earlier life left on
// the disk fits, and a batch, which is one line, is there whole or not at all.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

/** The number of the last life, and its operations up to the first line that is not sound. */
function readJournal(path) {
  // The flag makes an empty file where there is none.
  const text = readFileSync(path, { encoding: "latin1", flag: "a+" });
  const lines = text.split("\n").slice(0, -1);
  const sound = [];
  for (let check = 0, index = 0; index < lines.length; index += 1) {
    const values = lines[index].slice(9);
    check = crc32(values, check);
    if (lines[index] !== sealed(check, values)) break;
    sound.push(values.split(" "));
  }
  const [[life] = ["0"], ...operations] = sound;
  return { life: Number(life), operations };
}

function sealed(check, values) {
  return `${check.toString(16).padStart(8, "0")} ${values}`;
}

/** Writes all of the text: one call of writeSync may write less. */
function writeAll(file, text) {
  const bytes = Buffer.from(text, "latin1");
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
}

class Journal {
  #check = 0;
  #failure;

  /** Recovers: what is sound goes into a new file, which is renamed into place and durable. */
  constructor(directory) {
    const path = join(directory, "journal");
    const { life, operations } = readJournal(path);
    this.operations = operations;
    this.file = openSync(`${path}.new`, "w");
    this.#write([[String(life + 1)], ...operations]);
    renameSync(`${path}.new`, path);
    const names = openSync(directory, "r");
    fsyncSync(names);
    closeSync(names);
  }

  put(payloads) {
    // After a failed write or sync nobody knows what reached the disk: no line may follow it.
    if (this.#failure !== undefined) throw this.#failure;
    try {
      this.#write([payloads.map((payload) => `=${Buffer.from(payload).toString("base64")}`)]);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  #write(operations) {
    let text = "";
    for (const operation of operations) {
      const values = operation.join(" ");
      this.#check = crc32(values, this.#check);
      text += `${sealed(this.#check, values)}\n`;
    }
    writeAll(this.file, text);
    fsyncSync(this.file);
  }

  close() {
    closeSync(this.file);
  }
}

export const journal = {
  open(directory) {
    const opened = new Journal(directory);
    return {
      append: (payload) => opened.put([payload]),
      batch: (payloads) => (payloads.length > 0 ? opened.put(payloads) : undefined),
      sync: () => undefined,
      close: () => opened.close(),
    };
  },
  recover(directory) {
    const recovered = new Journal(directory);
    recovered.close();
    return recovered.operations
      .flat()
      .map((value) => ({ payload: Buffer.from(value.slice(1), "base64") }));
  },
};
