// Records as lines of base64, for the stores that are a plain file.
import { existsSync, readFileSync } from "node:fs";

/** Each payload on a line of its own. */
export function encodeLines(payloads) {
  return payloads.map((payload) => `${Buffer.from(payload).toString("base64")}\n`).join("");
}

/** The values of all whole lines. */
export function decodeLines(text) {
  const lines = text.split("\n").slice(0, -1);
  return lines.map((line) => ({ payload: Buffer.from(line, "base64") }));
}

/** Empty where there is no such file. */
export function readText(path) {
  return existsSync(path) === false ? "" : readFileSync(path, "utf8");
}
