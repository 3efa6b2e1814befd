// A variant of our log as a subject: the same adapter around a log that was built with its edits.
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Subject } from "../../harness/subject.ts";
import { plantedBugs } from "./planted-bugs.ts";
import { soundVariants } from "./sound-variants.ts";

/** The name by which a child knows a planted bug or a sound variant. */
export function plantedSubjectName(variant: string): string {
  return `ackproof:planted/${variant}`;
}

/** Loads the build of a variant; `dist` is the folder that `npm run build` fills. */
export function loadPlantedSubject(dist: string, variant: string): Subject {
  const load = createRequire(join(dist, "child.cjs"));
  const loaded: { readonly walSubject: Subject } = load(`./planted/${variant}.cjs`);
  return loaded.walSubject;
}

/** The subjects of all variants by name, each loaded when it is asked for. */
export function plantedSubjects(dist: string): { readonly [name: string]: () => Subject } {
  return Object.fromEntries(
    [...plantedBugs, ...soundVariants].map(({ name }) => [
      plantedSubjectName(name),
      () => loadPlantedSubject(dist, name),
    ]),
  );
}
