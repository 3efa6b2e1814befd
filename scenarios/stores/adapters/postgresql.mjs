// PostgreSQL by pg: a row a record, a statement an append or a batch, a synchronous commit a sync.
import { startPostgresql } from "../postgresql-server.mjs";
import { stopServer } from "../server.mjs";

const TABLE = "CREATE TABLE IF NOT EXISTS record (id bigserial PRIMARY KEY, payload bytea)";
const INSERT = "INSERT INTO record (payload) SELECT unnest($1::bytea[])";
const SELECT = "SELECT payload FROM record ORDER BY id";
/** A commit that has something to write: it is flushed, and with it all that was logged before. */
const SYNC = `BEGIN; SET LOCAL synchronous_commit TO on;
  SELECT pg_logical_emit_message(true, 'sync', ''); COMMIT`;

async function openServer(directory, { settings }) {
  const started = await startPostgresql(directory, settings);
  await started.client.query(TABLE);
  return started;
}

export const subject = {
  async open(directory, options) {
    const { client, ...server } = await openServer(directory, options);
    const insert = async (payloads) => {
      await client.query(INSERT, [payloads.map((payload) => Buffer.from(payload))]);
    };
    return {
      append: (payload) => insert([payload]),
      batch: insert,
      sync: () => client.query(SYNC),
      close: () => stopServer(server, "SIGINT"),
    };
  },
  async recover(directory, options) {
    const { client, ...server } = await openServer(directory, options);
    const { rows } = await client.query(SELECT);
    await stopServer(server, "SIGINT");
    return rows;
  },
};
