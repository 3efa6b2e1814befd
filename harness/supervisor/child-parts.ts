// What the bundle's entry joins for a child: the subjects that it brings along, and the machine.
import type { SubjectPorts } from "../subject.ts";
import type { BuiltInSubjects } from "./subject-loader.ts";

/** The parts of a child that the harness does not know. */
export interface ChildParts extends SubjectPorts {
  readonly subjects: BuiltInSubjects;
}
