// The clauses of a crash choice in words: what was kept, what was lost, and who had written it.
import type { ChoiceClause, CrashChoice, ItemPart } from "../disk/crash-choice.ts";
import { formatChoiceClause } from "../disk/crash-choice.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import { type DiskVersions, versionsAfter } from "../disk/disk-versions.ts";
import type { CrashCase } from "./crash-case.ts";
import { occasionWords } from "./event-words.ts";
import { type InodeNames, namesAfter } from "./inode-names.ts";
import { type OpenItem, openItems, optionalVersions } from "./open-items.ts";

/** One thing that the choice keeps, loses, or leaves with bytes that nobody wrote there. */
export interface ChosenItem {
  readonly fate: "kept" | "lost" | "foreign";
  /** `000002.wal at 0x400, from append 18`. */
  readonly text: string;
}

/** A choice at a crash point of a trace. */
export interface ChoiceAt {
  readonly trace: DiskTrace;
  readonly at: number;
  readonly choice: CrashChoice;
  readonly crashCase: CrashCase;
}

/** What each clause says; the base says what becomes of the rest. */
export function chosenItems(where: ChoiceAt): readonly ChosenItem[] {
  const versions = versionsAfter(where.trace, where.at, where.crashCase.profile);
  const names = namesAfter(where.trace, where.at);
  return where.choice.clauses.map((clause) => chosenItem(where, clause, { versions, names }));
}

function chosenItem(
  where: ChoiceAt,
  clause: ChoiceClause,
  { versions, names }: { readonly versions: DiskVersions; readonly names: InodeNames },
): ChosenItem {
  if (clause.kind !== "version") {
    return { fate: "foreign", text: formatChoiceClause(clause) };
  }
  const fate = where.choice.base === "newest" ? "lost" : "kept";
  const item = openItems(versions).find((each) => isMeant(each, clause));
  if (item === undefined) {
    return { fate, text: formatChoiceClause(clause) };
  }
  const place = placeWords(item, names);
  const events = changedVersions(item, clause.version, fate);
  const makers = new Set(
    events.map((event) => occasionWords(where.trace, event, where.crashCase.workload)),
  );
  return { fate, text: `${place}, from ${shortList([...makers])}` };
}

function isMeant({ inode, part }: OpenItem, clause: ChoiceClause): boolean {
  return (
    clause.kind === "version" &&
    clause.owner?.kind === "inode" &&
    clause.owner.inode === inode &&
    samePart(part, clause.part)
  );
}

function samePart(left: ItemPart, right: ItemPart): boolean {
  switch (left.kind) {
    case "name":
      return right.kind === "name" && right.name === left.name;
    case "sector":
      return right.kind === "sector" && right.offset === left.offset;
    case "names":
    case "size":
    case "data":
      return right.kind === left.kind;
  }
}

function placeWords({ inode, part }: OpenItem, names: InodeNames): string {
  switch (part.kind) {
    case "name":
      return `name ${part.name}`;
    case "size":
      return `size of ${names.nameOf(inode)}`;
    case "sector":
      return `${names.nameOf(inode)} at 0x${part.offset.toString(16)}`;
  }
}

/** The versions beyond the one that was picked, or up to it. */
function changedVersions(
  { list }: OpenItem,
  picked: "floor" | "newest" | number,
  fate: "kept" | "lost",
): readonly number[] {
  const event = { floor: list.floor.event, newest: list.newest.event };
  const limit = typeof picked === "number" ? picked : event[picked];
  return optionalVersions(list)
    .map((version) => version.event)
    .filter((each) => (fate === "lost" ? each > limit : each <= limit));
}

function shortList(texts: readonly string[]): string {
  const first = texts[0] ?? "nobody";
  const last = texts.at(-1) ?? first;
  return texts.length < 2 ? first : `${first} to ${last}`;
}
