// A file of lines, each appended by fsPromises.appendFile.
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeLines, encodeLines, readText } from "../lines.mjs";

const NAME = "records.txt";

export const subject = {
  open(directory, { flush }) {
    const path = join(directory, NAME);
    return {
      append: (payload) => appendFile(path, encodeLines([payload]), { flush }),
      batch: (payloads) => appendFile(path, encodeLines(payloads), { flush }),
      close() {},
    };
  },
  recover: (directory) => decodeLines(readText(join(directory, NAME))),
};
