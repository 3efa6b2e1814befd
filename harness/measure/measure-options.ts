// What a measurement can be told, and what it does where it is told nothing.
import { accessSync, constants, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { type Clock, systemClock } from "../clock.ts";
import { readInstallation } from "../installation.ts";
import { MeasureError } from "./measure-error.ts";
import type { MeasureEvent } from "./measure-event.ts";
import type { SettingToMeasure } from "./measure-setting.ts";
import { placeOfFiles } from "./place-of-files.ts";

export interface MeasureOptions {
  readonly settings: readonly SettingToMeasure[];
  /** 32 bits; payloads and kills are drawn from it. */
  readonly seed: number;
  /** For all settings together, in milliseconds; default 100 s. What is too short is overrun by the recordings. */
  readonly timeLimitMs?: number | undefined;
  /** On the disk that is measured; default the system's temporary folder. */
  readonly directory?: string | undefined;
  /** The report's directory; default `ackproof-report`. */
  readonly out?: string;
  /** The command that repeats it, for the report. */
  readonly command?: string;
  /** Ends it early: what there is gets saved as an interrupted result. */
  readonly signal?: AbortSignal;
  /** Told of each event, in order. */
  readonly onEvent?: (event: MeasureEvent) => void;
  readonly clock?: Clock;
}

/** The options with nothing left open. */
export interface MeasureSettings extends Required<MeasureOptions> {
  readonly timeLimitMs: number;
  readonly directory: string;
  readonly version: string;
  readonly childFile: string;
}

const TIME_MS = 100_000;

/** @throws MeasureError for what cannot be measured; nothing has been written then */
export function settleMeasureOptions(options: MeasureOptions): MeasureSettings {
  if (options.settings.length === 0) {
    throw new MeasureError("nothing-to-measure", "No setting was given.");
  }
  const { version, childFile } = readInstallation();
  return {
    settings: options.settings,
    seed: options.seed >>> 0,
    timeLimitMs: options.timeLimitMs ?? TIME_MS,
    directory: checkDirectory(options.directory ?? tmpdir()),
    out: options.out ?? "ackproof-report",
    command: options.command ?? "runMeasurement()",
    signal: options.signal ?? new AbortController().signal,
    onEvent: options.onEvent ?? (() => undefined),
    clock: options.clock ?? systemClock,
    version,
    childFile,
  };
}

function checkDirectory(directory: string): string {
  const kind = statSync(directory, { throwIfNoEntry: false });
  if (kind?.isDirectory() !== true) {
    const found = kind === undefined ? "is not there" : "is no directory";
    throw new MeasureError("no-directory", `${directory} ${found}; name one by --directory.`);
  }
  try {
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const message = `${directory} cannot be written to (${why}); name another by --directory.`;
    throw new MeasureError("no-directory", message);
  }
  const { isInMemory, type } = placeOfFiles(directory);
  if (isInMemory) {
    throw new MeasureError(
      "in-memory",
      `${directory} is in memory (${type}), where a sync costs nothing; name one on a disk by --directory.`,
    );
  }
  return directory;
}
