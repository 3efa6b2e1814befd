// A whole file written anew at each append: beside the old one, then renamed over it.
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeLines, encodeLines, readText } from "../lines.mjs";

const NAME = "records.txt";

export const subject = {
  open(directory, { flush }) {
    const path = join(directory, NAME);
    let text = readText(path);
    const add = async (payloads) => {
      text += encodeLines(payloads);
      await writeFile(`${path}.new`, text, { flush });
      await rename(`${path}.new`, path);
    };
    return { append: (payload) => add([payload]), batch: add, close() {} };
  },
  recover: (directory) => decodeLines(readText(join(directory, NAME))),
};
