// Without a crash, the recording disk and this machine's file system cannot be told apart.
import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FileId, StoragePort } from "../storage-port.ts";
import { parseCrashChoice } from "./crash-choice.ts";
import { crashImage } from "./crash-image.ts";
import { systemError } from "./disk-error.ts";
import { PROGRAM_DIRECTORY, portProgram, runProgram } from "./fixtures/random-program.ts";
import { fileBytes, imageEntries, imageListing } from "./image.ts";
import { RecordingDisk } from "./recording-disk.ts";

/** A descriptor that the kernel never gave: calls on a closed file must not reach another one. */
const NEVER_OPEN = 1_000_000;

/** The storage port on node:fs, as plain as can be. */
class RealDisk implements StoragePort {
  readonly #descriptors: number[] = [];

  makeDirectory(path: string): void {
    mkdirSync(path, { recursive: true });
  }

  list(directory: string): string[] {
    return readdirSync(directory).sort();
  }

  lock(): () => void {
    throw new Error("The kernel has no such call.");
  }

  open(path: string, mode: "create" | "write" | "read"): FileId {
    const flags = { create: "wx+", write: "r+", read: "r" }[mode];
    return this.#descriptors.push(openSync(path, flags)) - 1;
  }

  close(file: FileId): void {
    closeSync(this.#descriptor(file));
    this.#descriptors[file] = NEVER_OPEN;
  }

  size(file: FileId): number {
    const stat = fstatSync(this.#descriptor(file));
    if (stat.isDirectory()) {
      throw systemError("EISDIR", { syscall: "fstat" });
    }
    return stat.size;
  }

  read(file: FileId, bytes: Uint8Array, position: number): number {
    return readSync(this.#descriptor(file), bytes, 0, bytes.length, position);
  }

  write(file: FileId, bytes: Uint8Array, position: number): number {
    return writeSync(this.#descriptor(file), bytes, 0, bytes.length, position);
  }

  truncate(file: FileId, size: number): void {
    ftruncateSync(this.#descriptor(file), size);
  }

  sync(file: FileId): void {
    fsyncSync(this.#descriptor(file));
  }

  syncData(file: FileId): void {
    fdatasyncSync(this.#descriptor(file));
  }

  async syncDataLater(file: FileId): Promise<void> {
    this.syncData(file);
  }

  syncDirectory(path: string): void {
    const directory = openSync(path, constants.O_DIRECTORY);
    fsyncSync(directory);
    closeSync(directory);
  }

  rename(from: string, to: string): void {
    renameSync(from, to);
  }

  remove(path: string): void {
    unlinkSync(path);
  }

  closeAll(): void {
    for (const descriptor of this.#descriptors.filter((number) => number !== NEVER_OPEN)) {
      closeSync(descriptor);
    }
  }

  #descriptor(file: FileId): number {
    return this.#descriptors[file] ?? NEVER_OPEN;
  }
}

/** Every path below a directory with its content, as text. */
function realContent(directory: string): string[] {
  const paths = readdirSync(directory, { recursive: true, encoding: "utf8" }).sort();
  return paths.map((path) => {
    const full = join(directory, path);
    return statSync(full).isDirectory() ? `${path}/` : `${path} ${readFileSync(full, "hex")}`;
  });
}

function modelContent(disk: RecordingDisk): string[] {
  const entries = [...imageEntries(disk.image())].filter(({ path }) => path !== PROGRAM_DIRECTORY);
  return entries
    .map(({ path, node }) => ({ path: path.slice(PROGRAM_DIRECTORY.length + 1), node }))
    .sort((left, right) => (left.path < right.path ? -1 : 1))
    .map(({ path, node }) =>
      node.kind === "directory"
        ? `${path}/`
        : `${path} ${Buffer.from(fileBytes(node)).toString("hex")}`,
    );
}

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "ackproof-disk-"));
});
afterAll(() => {
  rmSync(root, { recursive: true, force: true });
});

test("random programs get the same answers, and leave the same files", () => {
  const seen = new Set<unknown>();
  fc.assert(
    fc.property(portProgram, (program) => {
      const directory = mkdtempSync(join(root, "run-"));
      const real = new RealDisk();
      const model = new RecordingDisk({ directory: PROGRAM_DIRECTORY });
      const answers = runProgram(program, model, PROGRAM_DIRECTORY);
      expect(answers).toEqual(runProgram(program, real, directory));
      expect(modelContent(model)).toEqual(realContent(directory));
      real.closeAll();
      rmSync(directory, { recursive: true });
      for (const answer of answers) {
        seen.add(answer);
      }
    }),
    { numRuns: 150 },
  );
  // The programs must have met every error that they can meet, or the agreement says little.
  expect([...seen]).toEqual(
    expect.arrayContaining([
      "EBADF",
      "EEXIST",
      "EINVAL",
      "EISDIR",
      "ENOENT",
      "ENOTDIR",
      "ENOTEMPTY",
      "opened",
    ]),
  );
});

test("keeping all that was done gives the disk as it is", () => {
  fc.assert(
    fc.property(portProgram, (program) => {
      const disk = new RecordingDisk({ directory: PROGRAM_DIRECTORY });
      runProgram(program, disk, PROGRAM_DIRECTORY);
      const at = disk.trace.events.length - 1;
      const image = crashImage(disk.trace, { at, keep: parseCrashChoice("newest") });
      expect(imageListing(image)).toBe(imageListing(disk.image()));
    }),
    { numRuns: 300 },
  );
});
