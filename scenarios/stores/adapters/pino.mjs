// Log lines by pino: acknowledged when the logger returns, as a program that logs takes it.
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { pino } from "pino";
import { readText } from "../lines.mjs";

const NAME = "log.ndjson";

/** A line that a crash cut short is none, and what was written behind it on that line is lost. */
function recordOf(line) {
  try {
    return [{ payload: Buffer.from(JSON.parse(line).payload, "base64") }];
  } catch {
    return [];
  }
}

export const subject = {
  async open(directory, { sync, fsync, minLength }) {
    const dest = join(directory, NAME);
    const destination = pino.destination({ dest, sync, fsync, minLength });
    if (sync === false) await once(destination, "ready");
    const logger = pino(destination);
    const log = (payload) => logger.info({ payload: Buffer.from(payload).toString("base64") });
    return {
      append: log,
      sync: () => promisify(logger.flush).call(logger),
      async close() {
        const closed = once(destination, "close");
        destination.end();
        await closed;
      },
    };
  },
  recover(directory) {
    const lines = readText(join(directory, NAME)).split("\n").slice(0, -1);
    return lines.flatMap(recordOf);
  },
};
