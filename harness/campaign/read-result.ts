// Reads a saved result.json and checks it against schema/result.schema.json before anyone believes it.
import { readFileSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readInstallation } from "../installation.ts";
import type { CampaignResult } from "../result.ts";
import { CampaignError } from "./campaign-error.ts";

const RESULT_NAME = "result.json";
const SCHEMA_VERSION = 1;
/** A larger file is no result: with every story and measurement they take a few MiB. */
const LIMIT_BYTES = 256 * 1024 * 1024;
/** Fields that do not fit and are named; of the others only the count is told. */
const ISSUES_TOLD = 3;

/**
 * The result in a report's directory, or in a file. It may be of a campaign that was interrupted:
 * `complete` says so. Fields that this version does not know are let through, for within a schema version
 * fields are added.
 * @throws CampaignError `no-result`, `not-json`, `unknown-version` or `malformed-result`
 */
export function readResult(path: string): CampaignResult {
  const file = resultFile(path);
  const content = parseJson(file, readText(file));
  checkVersion(file, content);
  if (isResult(content)) return content;
  throw new CampaignError(
    "malformed-result",
    `${file} is no result of this version of ackproof: ${complaint(content)}. Run the campaign again to have one.`,
  );
}

/** The file itself, or the one in a directory. */
function resultFile(path: string): string {
  const found = statOf(path);
  if (found.isFile()) return path;
  if (!found.isDirectory()) {
    throw new CampaignError("no-result", `${path} is neither a file nor a directory.`);
  }
  const file = join(path, RESULT_NAME);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === true) return file;
  throw new CampaignError(
    "no-result",
    `${path} holds no ${RESULT_NAME}: expected the directory that a campaign wrote (its --out), or the file in it.`,
  );
}

function statOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw new CampaignError(
      "no-result",
      `${path} cannot be read (${reasonOf(cause)}): expected a ${RESULT_NAME}, or the directory that a campaign wrote.`,
      { cause },
    );
  }
}

function readText(file: string): string {
  try {
    const { size } = statSync(file);
    if (size <= LIMIT_BYTES) return readFileSync(file, "utf8");
    throw new CampaignError(
      "no-result",
      `${file} has ${size} bytes; a result has at most ${LIMIT_BYTES}.`,
    );
  } catch (cause) {
    if (cause instanceof CampaignError) throw cause;
    throw new CampaignError("no-result", `${file} cannot be read (${reasonOf(cause)}).`, { cause });
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CampaignError(
      "not-json",
      `${file} is not JSON (${reasonOf(cause)}): it was cut, edited, or is another file.`,
      { cause },
    );
  }
}

function checkVersion(file: string, content: unknown): void {
  const isObject = typeof content === "object" && content !== null;
  if (!isObject || !("schemaVersion" in content)) {
    throw new CampaignError(
      "malformed-result",
      `${file} has no schemaVersion: expected what ackproof writes to ${RESULT_NAME}.`,
    );
  }
  const { schemaVersion } = content;
  if (schemaVersion === SCHEMA_VERSION) return;
  throw new CampaignError(
    "unknown-version",
    `${file} has schemaVersion ${JSON.stringify(schemaVersion)}; this version of ackproof reads ${SCHEMA_VERSION}.`,
  );
}

let compiled: z.ZodType | undefined;

/** The schema that is shipped, so that there is no second one to keep up with it. */
function schema(): z.ZodType {
  compiled ??= z.fromJSONSchema(
    opened(
      JSON.parse(
        readFileSync(join(readInstallation().root, "schema", "result.schema.json"), "utf8"),
      ),
    ),
  );
  return compiled;
}

/** The schema without its ban on fields that it does not name. */
function opened<T>(node: T): T {
  return JSON.parse(JSON.stringify(node), (key, value: unknown) =>
    key === "additionalProperties" && value === false ? undefined : value,
  );
}

function isResult(content: unknown): content is CampaignResult {
  return schema().safeParse(content).success;
}

/** The first few fields that do not fit. */
function complaint(content: unknown): string {
  const { error } = schema().safeParse(content);
  const issues = error?.issues ?? [];
  const told = issues
    .slice(0, ISSUES_TOLD)
    .map(({ path, message }) => `${path.join(".")}: ${message}`);
  const more = issues.length > ISSUES_TOLD ? [`and ${issues.length - ISSUES_TOLD} more`] : [];
  return [...told, ...more].join("; ");
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
