// A crash choice: which of the unsynced versions a power cut leaves, as a value with a text form.
//
//   choice = ("floor" | "newest") *( ";" clause )
//   clause = "keep" item ["as of #" event] | "lose" item
//          | "stale" owner "sector" OFFSET "from" owner ["as of #" event]
//          | "garbage" owner "sector" OFFSET "seed" NUMBER
//   item   = [owner] ("names" | "name" NAME | "size" | "data" | "sector" OFFSET)
//   owner  = "inode" NUMBER | "file" NAME
//
// "floor" loses all that no sync had made durable, "newest" keeps all that was done; clauses change
// that for some items, a later one over an earlier. "keep" takes the newest version, or that of an
// event; "lose" takes the floor; neither goes below the floor. "stale" puts into a sector that was
// never synced the bytes of the same sector of another owner, the newest or those of an event, as if
// the device had held them there; "garbage" puts random bytes there. An item without an owner is meant in every inode that has one; "file X" is every inode that
// ever bore the name X. A NAME of other than letters, digits and ._- is a JSON string; an OFFSET is a
// sector's, in bytes.
//
//   floor
//   newest; lose name 000002.wal
//   floor; keep file 000001.wal size; keep inode 3 sector 0x400 as of #12
//   newest; stale file 000002.wal sector 0x200 from file 000001.wal
import { DiskError } from "./disk-error.ts";
import type { Inode } from "./image.ts";
import { SECTOR_BYTES } from "./sectors.ts";

/** Whose item: one inode's, or that of all inodes that ever bore a name. */
export type ItemOwner =
  | { readonly kind: "inode"; readonly inode: Inode }
  | { readonly kind: "file"; readonly name: string };

/** What the owner has versions of. `names` are all of a directory's, `data` all of a file's sectors. */
export type ItemPart =
  | { readonly kind: "names" | "size" | "data" }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "sector"; readonly offset: number };

/** `newest`, `floor`, or the version that was the newest at an event. */
export type ChosenVersion = "newest" | "floor" | number;

/** Picks a version of every item that it names. */
export interface VersionClause {
  readonly kind: "version";
  readonly version: ChosenVersion;
  readonly owner: ItemOwner | null;
  readonly part: ItemPart;
}

/** Leaves in a sector of the owner what the same sector of the source holds. */
export interface StaleClause {
  readonly kind: "stale";
  readonly owner: ItemOwner;
  /** In bytes, a multiple of the sector's. */
  readonly offset: number;
  readonly source: ItemOwner;
  /** The event as of which the source's bytes are meant; without it, the newest. */
  readonly asOf?: number;
}

/** Leaves random bytes in a sector of the owner. */
export interface GarbageClause {
  readonly kind: "garbage";
  readonly owner: ItemOwner;
  /** In bytes, a multiple of the sector's. */
  readonly offset: number;
  /** What the bytes are drawn from. */
  readonly seed: number;
}

/** A later clause goes over an earlier one. */
export type ChoiceClause = VersionClause | StaleClause | GarbageClause;

export interface CrashChoice {
  readonly base: "floor" | "newest";
  readonly clauses: readonly ChoiceClause[];
}

/** The choice as text; `parseCrashChoice` inverts it. */
export function formatCrashChoice(choice: CrashChoice): string {
  return [choice.base, ...choice.clauses.map(formatChoiceClause)].join("; ");
}

/** One clause as text. */
export function formatChoiceClause(clause: ChoiceClause): string {
  switch (clause.kind) {
    case "version":
      return formatVersionClause(clause);
    case "stale": {
      const { owner, offset, source } = clause;
      const item = `${formatOwner(owner)}${formatPart({ kind: "sector", offset })}`;
      const event = clause.asOf === undefined ? "" : ` as of #${clause.asOf}`;
      return `stale ${item} from ${formatOwner(source).trimEnd()}${event}`;
    }
    case "garbage": {
      const item = formatPart({ kind: "sector", offset: clause.offset });
      return `garbage ${formatOwner(clause.owner)}${item} seed ${clause.seed}`;
    }
  }
}

function formatVersionClause({ version, owner, part }: VersionClause): string {
  const item = `${formatOwner(owner)}${formatPart(part)}`;
  switch (version) {
    case "floor":
      return `lose ${item}`;
    case "newest":
      return `keep ${item}`;
    default:
      return `keep ${item} as of #${version}`;
  }
}

function formatOwner(owner: ItemOwner | null): string {
  switch (owner?.kind) {
    case undefined:
      return "";
    case "inode":
      return `inode ${owner.inode} `;
    case "file":
      return `file ${formatName(owner.name)} `;
  }
}

/** An item as a clause names it, without its owner. */
export function formatPart(part: ItemPart): string {
  switch (part.kind) {
    case "name":
      return `name ${formatName(part.name)}`;
    case "sector":
      return `sector 0x${part.offset.toString(16)}`;
    case "names":
    case "size":
    case "data":
      return part.kind;
  }
}

function formatName(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : JSON.stringify(name);
}

/** Reads a choice; throws `bad-choice` with the place where it stopped making sense. */
export function parseCrashChoice(text: string): CrashChoice {
  const words = new Words(text);
  const base = words.oneOf(["floor", "newest"]);
  const clauses: ChoiceClause[] = [];
  while (words.skip(";")) {
    clauses.push(parseClause(words));
  }
  words.end();
  return { base, clauses };
}

function parseClause(words: Words): ChoiceClause {
  const verb = words.oneOf(["keep", "lose", "stale", "garbage"]);
  if (verb === "stale") {
    return parseStale(words);
  }
  if (verb === "garbage") {
    return parseGarbage(words);
  }
  const owner = parseOwner(words);
  const part = parsePart(words);
  if (verb === "lose") {
    return { kind: "version", version: "floor", owner, part };
  }
  const version = words.skip("as") ? parseEvent(words) : "newest";
  return { kind: "version", version, owner, part };
}

function parseStale(words: Words): StaleClause {
  const owner = requireOwner(words);
  words.oneOf(["sector"]);
  const offset = parseOffset(words);
  words.oneOf(["from"]);
  const clause: StaleClause = { kind: "stale", owner, offset, source: requireOwner(words) };
  return words.skip("as") ? { ...clause, asOf: parseEvent(words) } : clause;
}

function parseGarbage(words: Words): GarbageClause {
  const owner = requireOwner(words);
  words.oneOf(["sector"]);
  const offset = parseOffset(words);
  words.oneOf(["seed"]);
  return { kind: "garbage", owner, offset, seed: Number(words.match(/^(\d+)$/, "a seed")) };
}

function parseEvent(words: Words): number {
  words.oneOf(["of"]);
  return Number(words.match(/^#(\d+)$/, "an event such as #12"));
}

function parseOwner(words: Words): ItemOwner | null {
  if (words.skip("inode")) {
    return { kind: "inode", inode: Number(words.match(/^(\d+)$/, "an inode's number")) };
  }
  return words.skip("file") ? { kind: "file", name: parseName(words) } : null;
}

function requireOwner(words: Words): ItemOwner {
  const owner = parseOwner(words);
  if (owner === null) {
    throw words.error("inode or file");
  }
  return owner;
}

function parsePart(words: Words): ItemPart {
  const kind = words.oneOf(["names", "name", "size", "data", "sector"]);
  switch (kind) {
    case "name":
      return { kind, name: parseName(words) };
    case "sector":
      return { kind, offset: parseOffset(words) };
    case "names":
    case "size":
    case "data":
      return { kind };
  }
}

function parseOffset(words: Words): number {
  const offset = Number(words.match(/^(0x[\da-f]+|\d+)$/, "a sector's offset"));
  if (offset % SECTOR_BYTES !== 0) {
    throw words.error(`an offset that is a multiple of ${SECTOR_BYTES}`);
  }
  return offset;
}

function parseName(words: Words): string {
  const word = words.match(/^([\w.-]+|".*")$/, "a name");
  return word.startsWith('"') ? words.json(word) : word;
}

/** The text's words, taken from the front. */
class Words {
  readonly #words: readonly string[];
  #next = 0;

  constructor(text: string) {
    this.#words = text.match(/"(?:[^"\\]|\\.)*"|;|[^\s;]+/g) ?? [];
  }

  skip(word: string): boolean {
    const found = this.#words[this.#next] === word;
    this.#next += found ? 1 : 0;
    return found;
  }

  oneOf<W extends string>(allowed: readonly W[]): W {
    const word = allowed.find((candidate) => this.skip(candidate));
    if (word === undefined) {
      throw this.error(allowed.join(" or "));
    }
    return word;
  }

  /** The first group of the pattern in the next word. */
  match(pattern: RegExp, expected: string): string {
    const found = pattern.exec(this.#words[this.#next] ?? "")?.[1];
    if (found === undefined) {
      throw this.error(expected);
    }
    this.#next += 1;
    return found;
  }

  json(word: string): string {
    try {
      return String(JSON.parse(word));
    } catch (cause) {
      throw this.error(`a name as JSON (${String(cause)})`);
    }
  }

  end(): void {
    if (this.#next < this.#words.length) {
      throw this.error("the end");
    }
  }

  error(expected: string): DiskError {
    const found = this.#words[this.#next] ?? "the end";
    const message = `Crash choice, word ${this.#next + 1}: expected ${expected}, found ${found}.`;
    return new DiskError("bad-choice", message);
  }
}
