// LMDB by lmdb-js: keys count up; `flushed` also waits for what lmdb-js calls flushed.
import { open } from "lmdb";

function openDatabase(path, { noSync }) {
  return open({ path, noSync, encoding: "binary", noSubdir: false });
}

export const subject = {
  open(directory, options) {
    const database = openDatabase(directory, options);
    const [last] = database.getKeys({ reverse: true, limit: 1 });
    let next = last === undefined ? 0 : last + 1;
    const put = (payload) => {
      next += 1;
      return database.put(next - 1, Buffer.from(payload));
    };
    const done = async (committed) => {
      await committed;
      if (options.flushed === true) await database.flushed;
    };
    return {
      append: (payload) => done(put(payload)),
      batch: (payloads) => done(database.transaction(() => void payloads.map(put))),
      close: () => database.close(),
    };
  },
  async recover(directory, options) {
    const database = openDatabase(directory, options);
    try {
      return [...database.getRange()].map(({ value }) => ({ payload: Buffer.from(value) }));
    } finally {
      await database.close();
    }
  },
};
