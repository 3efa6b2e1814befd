// From a checked configuration to scenarios.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import * as fc from "fast-check";
import type { z } from "zod";
import type { Scenario } from "../../harness/scenario.ts";
import type { SubjectReference } from "../../harness/subject.ts";
import type { Stratum } from "../../harness/trial-record.ts";
import { workloadArbitrary } from "../../harness/workload-arbitraries.ts";
import type { SettledScenario } from "./configuration.ts";
import { ConfigurationError } from "./configuration-error.ts";
import { configurationSchema } from "./configuration-schema.ts";

/** Node 20 runs these by itself; a subject's module is loaded by the writer, without a compiler. */
const MODULE_NAME = /\.[mc]?js$/;

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
    toScenario(settled, locate(settled, file, `scenarios.${index}.subject.module`)),
  );
}

function tellIssue(issue: z.core.$ZodIssue): string {
  // Of a value that may have several shapes, the shape that came furthest has the telling issue.
  if (issue.code === "invalid_union") {
    const nested = issue.errors.flat().find((inner) => inner.path.length > 0);
    if (nested !== undefined)
      return tellIssue({ ...nested, path: [...issue.path, ...nested.path] });
  }
  const field = issue.path.length === 0 ? "the configuration" : issue.path.join(".");
  return `${field}: found ${show(issue.input)}, ${issue.message}`;
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > SHOWN_LIMIT ? `${text.slice(0, SHOWN_LIMIT)}...` : text;
}

function locate(settled: SettledScenario, file: string, field: string): SubjectReference {
  const { usesStoragePort: _, ...reference } = settled.subject;
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
  return {
    name,
    title: settled.title ?? `${name}, as configured`,
    subject,
    mode,
    workloads: workloadArbitrary({
      ...shape,
      options: fc.constant({}),
      sizeEdges: () => sizes,
      countEdges: () => countEdges(settled),
    }),
    promise: () => promise,
    faults,
    requiredStrata: requiredStrata(settled),
    usesStoragePort: settled.subject.usesStoragePort,
    inGate: true,
  };
}

/** A store that may lose its last records is tried with about as many appends in a row. */
function countEdges({ promise }: SettledScenario): readonly number[] {
  return promise.kill === "since-barrier" || promise.kill.records === 0
    ? []
    : [promise.kill.records, promise.kill.records + 1];
}

/** Crashes must have met data at risk where there may be any; how long each call takes is unknown. */
function requiredStrata({ promise }: SettledScenario): readonly Stratum[] {
  const mayLose = promise.kill === "since-barrier" || promise.kill.records > 0;
  return mayLose ? ["at-risk"] : [];
}
