// Any adapter as a program of the subject protocol: node command.mjs <adapter> write|recover.
//
// For servers: the processes of a command are struck all at once, and times of its answers are taken.
import { createInterface } from "node:readline/promises";

const [adapter, role] = process.argv.slice(2);
const { subject } = await import(`./adapters/${adapter}.mjs`);
const directory = process.env["ACKPROOF_DIR"];
const options = JSON.parse(process.env["ACKPROOF_OPTIONS"]);

const bytes = (word) => Buffer.from(word, "latin1");
const print = (line) => void process.stdout.write(`${line}\n`);

async function write() {
  const store = await subject.open(directory, options);
  for await (const line of createInterface({ input: process.stdin })) {
    const [number, operation, ...words] = line.split(" ");
    print(await answer(store, { number, operation, payloads: words.map(bytes) }));
  }
  await store.close();
}

async function answer(store, { number, operation, payloads }) {
  try {
    switch (operation) {
      case "append":
        await store.append(payloads[0]);
        break;
      case "batch":
        await store.batch(payloads);
        break;
      case "sync":
        await store.sync();
        break;
      default:
        return `err ${number} UNSUPPORTED ${operation}`;
    }
    return `ack ${number}`;
  } catch (error) {
    return `err ${number} FAILED ${String(error).replaceAll("\n", " ")}`;
  }
}

async function recover() {
  for (const { payload } of await subject.recover(directory, options)) {
    print(Buffer.from(payload).toString("latin1"));
  }
}

await (role === "write" ? write() : recover());
// A client of a server that was stopped may still hold a timer.
process.exitCode = 0;
