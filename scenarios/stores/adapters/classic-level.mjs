// LevelDB by classic-level: keys count up, so that their order is the log's.
import { ClassicLevel } from "classic-level";

const KEY_DIGITS = 12;

async function openDatabase(directory) {
  const database = new ClassicLevel(directory, { valueEncoding: "view" });
  await database.open();
  return database;
}

export const subject = {
  async open(directory, { sync }) {
    const database = await openDatabase(directory);
    const [last] = await database.keys({ reverse: true, limit: 1 }).all();
    let next = last === undefined ? 0 : Number(last) + 1;
    const put = (value) => {
      const key = String(next).padStart(KEY_DIGITS, "0");
      next += 1;
      return { type: "put", key, value };
    };
    return {
      append: (payload) => database.batch([put(payload)], { sync }),
      batch: (payloads) => database.batch(payloads.map(put), { sync }),
      close: () => database.close(),
    };
  },
  async recover(directory) {
    const database = await openDatabase(directory);
    try {
      return (await database.values().all()).map((payload) => ({ payload }));
    } finally {
      await database.close();
    }
  },
};
