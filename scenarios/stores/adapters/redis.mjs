// Redis by @redis/client: an element of one list a record, one command an append or a batch.
import { join } from "node:path";
import { createClient, RESP_TYPES } from "@redis/client";
import { startServer, stopServer } from "../server.mjs";

const LIST = "record";

async function openServer(directory, { appendfsync }) {
  const path = join(directory, "redis.sock");
  const words = ["--port", "0", "--unixsocket", path, "--dir", directory, "--save", ""];
  const log = ["--appendonly", "yes", "--appendfsync", appendfsync];
  return await startServer(["redis-server", ...words, ...log], async () => {
    const client = createClient({ socket: { path, reconnectStrategy: false } });
    client.on("error", () => undefined);
    await client.connect();
    // It refuses all commands while it loads its file.
    await client.lLen(LIST);
    return client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  });
}

export const subject = {
  async open(directory, options) {
    const { client, ...server } = await openServer(directory, options);
    const push = async (payloads) => {
      const values = payloads.map((payload) => Buffer.from(payload));
      if (values.length > 0) await client.rPush(LIST, values);
    };
    const close = () => stopServer(server, "SIGTERM");
    return { append: (payload) => push([payload]), batch: push, close };
  },
  async recover(directory, options) {
    const { client, ...server } = await openServer(directory, options);
    const payloads = await client.lRange(LIST, 0, -1);
    await stopServer(server, "SIGTERM");
    return payloads.map((payload) => ({ payload }));
  },
};
