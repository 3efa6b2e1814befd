// From a subject's reference to the subject: a built-in one, or a user's module.
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  isCommand,
  type ModuleReference,
  type Subject,
  type SubjectReference,
} from "../subject.ts";
import { SupervisorError } from "./supervisor-error.ts";

/** The subjects that the child's bundle brings along, by reference. */
export interface BuiltInSubjects {
  readonly [name: string]: () => Subject;
}

/** What the names of built-in subjects begin with. */
const BUILT_IN = "ackproof:";

/** True where the reference names a user's module. */
export function isUserModule(reference: SubjectReference): boolean {
  return !isCommand(reference) && !isBuiltIn(reference);
}

/**
 * Finds the subject. Paths and packages are looked up from the current directory.
 * @throws SupervisorError `bad-subject`: an error of configuration, never a verdict
 */
export async function loadSubject(
  reference: SubjectReference,
  builtIn: BuiltInSubjects,
): Promise<Subject> {
  if (isCommand(reference)) throw bad("a command can not be loaded as a module");
  if (isBuiltIn(reference)) return builtInSubject(reference.module, builtIn);
  const exported = await loadExport(reference);
  if (isSubject(exported)) return exported;
  const name = reference.export ?? "default";
  throw bad(`export "${name}" of ${reference.module} has no functions open and recover`);
}

function isBuiltIn({ module }: ModuleReference): boolean {
  return module.startsWith(BUILT_IN);
}

function builtInSubject(name: string, builtIn: BuiltInSubjects): Subject {
  const make = Object.hasOwn(builtIn, name) ? builtIn[name] : undefined;
  if (make === undefined) {
    throw bad(`there is no subject ${name}; there are: ${Object.keys(builtIn).join(", ")}`);
  }
  try {
    return make();
  } catch (error) {
    throw cannotLoad(name, error);
  }
}

async function loadExport({ module, export: name = "default" }: ModuleReference): Promise<unknown> {
  const loaded = await importModule(module);
  if (name in loaded) return loaded[name];
  throw bad(`${module} has no export "${name}"; it has: ${Object.keys(loaded).join(", ")}`);
}

async function importModule(module: string): Promise<{ readonly [name: string]: unknown }> {
  try {
    const loaded: { readonly [name: string]: unknown } = await import(moduleUrl(module));
    return loaded;
  } catch (error) {
    throw cannotLoad(module, error);
  }
}

function moduleUrl(module: string): string {
  if (module.startsWith("file:")) return module;
  if (/^\.{0,2}\//.test(module)) return pathToFileURL(resolve(module)).href;
  return pathToFileURL(createRequire(join(process.cwd(), "index.js")).resolve(module)).href;
}

function isSubject(value: unknown): value is Subject {
  if (typeof value !== "object" || value === null) return false;
  if (!("open" in value) || !("recover" in value)) return false;
  return typeof value.open === "function" && typeof value.recover === "function";
}

function cannotLoad(name: string, error: unknown): SupervisorError {
  const why = error instanceof Error ? error.message : String(error);
  return bad(`cannot load ${name}: ${why}`, error);
}

function bad(message: string, cause?: unknown): SupervisorError {
  return new SupervisorError("bad-subject", message, { cause });
}
