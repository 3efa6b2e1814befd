// Lines of an strace trace read a CPU second: the recorder's parser beside a regular expression a line.
// Run after a build: node bench/strace-parser.mjs [calls] [rounds]
import { randomBytes } from "node:crypto";
import { cpus, release } from "node:os";
import { TraceParser } from "../dist/harness/recorder/trace-parser.js";

const [calls = 200_000, rounds = 5] = process.argv.slice(2).map(Number);
const RECORD_BYTES = 100;
const CHUNK_BYTES = 1024 * 1024;

const hex = (bytes) => bytes.toString("hex").replace(/../g, "\\x$&");

/** The trace of a writer that reads a line, appends a record, syncs and answers. */
function makeTrace() {
  const lines = [];
  for (let n = 0; lines.length < calls; n += 1) {
    const at = `4711  ${(1_700_000_000 + n / 1000).toFixed(6)}`;
    lines.push(`${at} read(0, 0x7fff5ed99080, 0x1000) = 0x8c`);
    lines.push(
      `${at} write(3, "${hex(randomBytes(RECORD_BYTES))}", ${RECORD_BYTES}) = ${RECORD_BYTES}`,
    );
    lines.push(`4712  ${at.slice(6)} fdatasync(3 <unfinished ...>`);
    lines.push(
      `${at} openat(AT_FDCWD, "${hex(Buffer.from("store/000001.log"))}", O_RDWR|O_CREAT|O_CLOEXEC, 0644) = 4`,
    );
    lines.push(`${at} close(4)        = 0`);
    lines.push(`4712  ${at.slice(6)} <... fdatasync resumed>) = 0`);
    lines.push(`${at} write(1, "${hex(Buffer.from(`ack ${n}\n`))}", 8) = 8`);
  }
  return { lines: lines.length, bytes: Buffer.from(`${lines.join("\n")}\n`, "latin1") };
}

function readByBytes(trace) {
  let told = 0;
  const parser = new TraceParser({ lineBytes: trace.length }, () => {
    told += 1;
  });
  for (let at = 0; at < trace.length; at += CHUNK_BYTES) {
    parser.push(trace.subarray(at, at + CHUNK_BYTES));
  }
  parser.end();
  return told;
}

/** What a simple reader does: a pattern for a line, one for its strings, unfinished calls joined. */
function readByPattern(trace) {
  const LINE =
    /^(\d+) +(\d+\.\d+) (?:<\.\.\. (\w+) resumed>|(\w+)\()(.*?)(?:\) += (-?\d+|0x[0-9a-f]+|\?)(.*)| <unfinished \.\.\.>)$/;
  const BYTES = /"((?:\\x[0-9a-f]{2})*)"/g;
  const begun = new Map();
  let told = 0;
  for (const line of trace.toString("latin1").split("\n")) {
    const found = LINE.exec(line);
    if (found === null) continue;
    const [, thread, , , , text, result] = found;
    if (result === undefined) {
      begun.set(thread, text);
      continue;
    }
    const whole = (begun.get(thread) ?? "") + text;
    begun.delete(thread);
    const strings = [...whole.matchAll(BYTES)].map(([, digits]) =>
      Buffer.from(digits.replaceAll("\\x", ""), "hex"),
    );
    const args = whole.replace(BYTES, '""').split(", ");
    if (strings.length + args.length > 0) told += 1;
  }
  return told;
}

function rate(read, { bytes, lines }) {
  const start = process.cpuUsage();
  const told = read(bytes);
  const { user, system } = process.cpuUsage(start);
  const seconds = (user + system) / 1e6;
  if (told < lines / 2) throw new Error(`only ${told} of ${lines} lines were read`);
  return lines / seconds;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const trace = makeTrace();
const rates = { bytes: [], pattern: [] };
rate(readByBytes, trace);
rate(readByPattern, trace);
for (let round = 0; round < rounds; round += 1) {
  rates.bytes.push(rate(readByBytes, trace));
  rates.pattern.push(rate(readByPattern, trace));
}
const [ours, theirs] = [median(rates.bytes), median(rates.pattern)];
const megabytes = trace.bytes.length / trace.lines / 1e6;
console.log(`${cpus()[0]?.model}, Linux ${release()}, Node ${process.version}`);
console.log(`${trace.lines} lines, ${(trace.bytes.length / 1e6).toFixed(1)} MB, ${rounds} rounds`);
console.log(
  `byte parser         ${Math.round(ours)} lines a CPU second, ${(ours * megabytes).toFixed(0)} MB/s`,
);
console.log(
  `regular expressions ${Math.round(theirs)} lines a CPU second, ${(theirs * megabytes).toFixed(0)} MB/s`,
);
console.log(`ratio               ${(ours / theirs).toFixed(1)}`);
