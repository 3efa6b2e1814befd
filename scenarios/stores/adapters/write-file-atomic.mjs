// A whole file written anew at each append, by write-file-atomic.
import { join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import { decodeLines, encodeLines, readText } from "../lines.mjs";

const NAME = "records.txt";

export const subject = {
  open(directory, { fsync }) {
    const path = join(directory, NAME);
    let text = readText(path);
    const add = async (payloads) => {
      text += encodeLines(payloads);
      await writeFileAtomic(path, text, { fsync });
    };
    return { append: (payload) => add([payload]), batch: add, close() {} };
  },
  recover: (directory) => decodeLines(readText(join(directory, NAME))),
};
