// SQLite by better-sqlite3: a row a record, a transaction an append or a batch.
import { join } from "node:path";
import Database from "better-sqlite3";

function openDatabase(directory, { journal, synchronous }) {
  const database = new Database(join(directory, "store.db"));
  database.pragma(`journal_mode = ${journal}`);
  database.pragma(`synchronous = ${synchronous}`);
  database.exec("CREATE TABLE IF NOT EXISTS record (id INTEGER PRIMARY KEY, payload BLOB)");
  return database;
}

export const subject = {
  open(directory, options) {
    const database = openDatabase(directory, options);
    const insert = database.prepare("INSERT INTO record (payload) VALUES (?)");
    const insertAll = database.transaction((payloads) => {
      for (const payload of payloads) insert.run(payload);
    });
    return {
      append: (payload) => void insert.run(payload),
      batch: (payloads) => insertAll(payloads),
      close: () => void database.close(),
    };
  },
  recover(directory, options) {
    const database = openDatabase(directory, options);
    try {
      const rows = database.prepare("SELECT payload FROM record ORDER BY id").all();
      if (rows.every(({ payload }) => Buffer.isBuffer(payload)) === true) return rows;
      throw new Error("a record holds no bytes");
    } finally {
      database.close();
    }
  },
};
