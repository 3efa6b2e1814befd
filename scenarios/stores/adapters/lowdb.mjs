// A JSON file by lowdb: each append pushes to its array and writes it.
import { join } from "node:path";
import { JSONFilePreset } from "lowdb/node";

async function openDatabase(directory) {
  return await JSONFilePreset(join(directory, "db.json"), { records: [] });
}

export const subject = {
  async open(directory) {
    const database = await openDatabase(directory);
    const add = (payloads) => {
      const texts = payloads.map((payload) => Buffer.from(payload).toString("base64"));
      return database.update(({ records }) => void records.push(...texts));
    };
    return { append: (payload) => add([payload]), batch: add, close() {} };
  },
  async recover(directory) {
    const { data } = await openDatabase(directory);
    return data.records.map((text) => ({ payload: Buffer.from(text, "base64") }));
  },
};
