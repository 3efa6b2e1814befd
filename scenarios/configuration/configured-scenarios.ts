// From a checked configuration to scenarios.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import * as fc from "fast-check";
import type { z } from "zod";
import { mostRecords } from "../../harness/history/allowance.ts";
import type { Scenario } from "../../harness/scenario.ts";
import { isCommand, type ModuleReference, type SubjectReference } from "../../harness/subject.ts";
import type { Stratum } from "../../harness/trial-record.ts";
import { workloadArbitrary } from "../../harness/workload-arbitraries.ts";
import type { SettledModule, SettledScenario } from "./configuration.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { configurationSchema } from "./configuration-schema.ts";

/** Node 20 runs these by itself; a subject's module is loaded by the writer, without a compiler. */
const MODULE_NAME = /\.[mc]?js$/;

/** A word of a command that is a path from the configuration's folder. */
const RELATIVE = /^\.{1,2}\//;

/** A value of a program is a word of a line, so it is not empty. */
const LEAST_VALUE = 1;

/** How much of a wrong value an error shows, in characters. */
const SHOWN_LIMIT = 80;

/**
 * Checks a configuration and makes its scenarios. Module paths start at the folder of `file`.
 * @throws ConfigurationError `invalid`, which names every wrong field, or `no-module`
 */
export function scenariosOf(configuration: unknown, file: string): readonly Scenario[] {
  const checked = configurationSchema.safeParse(configuration, { reportInput: true });
  if (!checked.success) {
    const told = checked.error.issues.map((issue) => tellIssue(issue)).join("; ");
    throw new ConfigurationError("invalid", file, told);
  }
  return checked.data.scenarios.map((settled, index) =>
    toScenario(settled, locate(settled.subject, file, `scenarios.${index}.subject`)),
  );
}

function tellIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_union") {
    const nested = meantShape(issue)?.[0];
    if (nested !== undefined)
      return tellIssue({ ...nested, path: [...issue.path, ...nested.path] });
  }
  const field = issue.path.length === 0 ? "the configuration" : issue.path.join(".");
  return `${field}: found ${show(issue.input)}, ${issue.message}`;
}

/** Of a value that may have several shapes, the one that it has the members of, if any. */
function meantShape(issue: z.core.$ZodIssueInvalidUnion): readonly z.core.$ZodIssue[] | undefined {
  return issue.errors.find(
    (issues) => issues.every(hasMember) && issues.some(({ path }) => path.length > 0),
  );
}

/** Not so where the issue is that one of the shape's own members is missing, or another is there. */
function hasMember({ code, input, path }: z.core.$ZodIssue): boolean {
  if (path.length > 1) return true;
  return code !== "unrecognized_keys" && input !== undefined;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_LIMIT ? `${text.slice(0, SHOWN_LIMIT)}...` : text;
}

/** The subject with its paths made absolute. */
function locate(
  subject: SettledScenario["subject"],
  file: string,
  field: string,
): SubjectReference {
  const folder = dirname(file);
  if (!isCommand(subject)) return locateModule(subject, file, `${field}.module`);
  const { write, recover } = subject.command;
  const command = { write: locateWords(write, folder), recover: locateWords(recover, folder) };
  return { ...subject, command };
}

function locateWords(words: readonly string[], folder: string): readonly string[] {
  return words.map((word) => (RELATIVE.test(word) ? resolve(folder, word) : word));
}

function locateModule(settled: SettledModule, file: string, field: string): ModuleReference {
  const { usesStoragePort: _, ...reference } = settled;
  const module = resolve(dirname(file), reference.module);
  const found = `${field}: found "${reference.module}"`;
  if (!MODULE_NAME.test(module)) {
    throw new ConfigurationError("no-module", file, `${found}, expected a .js, .mjs or .cjs file.`);
  }
  if (!existsSync(module)) {
    throw new ConfigurationError("no-module", file, `${found}; there is no file ${module}.`);
  }
  return { ...reference, module };
}

function toScenario(settled: SettledScenario, subject: SubjectReference): Scenario {
  const { name, mode, promise, workload, faults } = settled;
  const { sizes, ...shape } = workload;
  const { concurrency: max = 1 } = promise;
  return {
    name,
    title: settled.title ?? `${name}, as configured`,
    subject,
    mode,
    workloads: workloadArbitrary({
      ...shape,
      ...(max > 1 ? { concurrency: { min: 1, max } } : {}),
      leastSize: isCommand(subject) ? LEAST_VALUE : 0,
      options: fc.constant({}),
      sizeEdges: () => sizes,
      countEdges: () => countEdges(settled),
    }),
    promise: () => promise,
    faults,
    requiredStrata: requiredStrata(settled),
    usesStoragePort: !isCommand(settled.subject) && settled.subject.usesStoragePort,
    inGate: true,
  };
}

/** A store that may lose its last records is tried with about as many appends in a row. */
function countEdges({ promise }: SettledScenario): readonly number[] {
  const bounds = [mostRecords(promise.kill), mostRecords(promise.power)];
  const finite = bounds.filter((records) => records > 0 && Number.isFinite(records));
  return finite.flatMap((records) => [records, records + 1]);
}

/** Crashes must have met data at risk where there may be any; how long each call takes is unknown. */
function requiredStrata({ promise }: SettledScenario): readonly Stratum[] {
  return mostRecords(promise.kill) > 0 ? ["at-risk"] : [];
}
