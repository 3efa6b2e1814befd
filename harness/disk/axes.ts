// All axes of a trace under a profile: what a crash picks apart, and what it must pick together.
import { type Alternative, Axis, type AxisPart, link } from "./axis.ts";
import type { DiskVersions } from "./disk-versions.ts";
import { garbageSector } from "./garbage-sector.ts";
import type { Inode } from "./image.ts";
import type { DirectoryVersions, FileVersions } from "./inode-versions.ts";
import { SECTOR_BYTES, type Sector } from "./sectors.ts";
import type { Version, VersionList } from "./version-list.ts";

/** Stale bytes are taken from this many other files at most, the youngest first. */
const STALE_SOURCES_MAX = 2;

/** Every axis that has a choice at some time; `versions` are those of the whole trace. */
export function axesOf(versions: DiskVersions): readonly Axis[] {
  const axes = [
    ...nameAxes(versions),
    ...[...versions.inodes].flatMap(([inode, node]) =>
      node.kind === "file" ? fileAxes(versions, inode, node) : [],
    ),
  ];
  return axes.filter(({ events, alternatives }) => events.length > 1 || alternatives.length > 0);
}

function nameAxes({ inodes, profile }: DiskVersions): readonly Axis[] {
  const parts = [...inodes].flatMap(([inode, node]) =>
    node.kind === "directory" ? nameParts(inode, node) : [],
  );
  if (profile.names === "prefix") {
    return [new Axis("name", parts)];
  }
  const axes = new Map<VersionList<unknown>, Axis>();
  for (const part of parts) {
    axes.set(part.list, new Axis("name", [part]));
  }
  for (const axis of axes.values()) {
    linkRenames(axis, axes);
  }
  return [...axes.values()];
}

function nameParts(inode: Inode, directory: DirectoryVersions): readonly AxisPart[] {
  return Array.from(directory.names, ([name, list]) => ({
    list,
    inode,
    item: { kind: "name", name },
  }));
}

/** Each half of a rename needs the other. */
function linkRenames(axis: Axis, axes: ReadonlyMap<VersionList<unknown>, Axis>): void {
  for (const { event, twin } of axis.parts.flatMap(({ list }) => list.all)) {
    const other = twin === undefined ? undefined : axes.get(twin);
    if (other !== undefined) {
      link(
        { axis, version: axis.newestAt(event) },
        { axis: other, version: other.newestAt(event) },
      );
    }
  }
}

function fileAxes(versions: DiskVersions, inode: Inode, file: FileVersions): readonly Axis[] {
  const { profile } = versions;
  const size: AxisPart = { list: file.size, inode, item: { kind: "size" } };
  const sectors = Array.from(file.sectors, ([index, list]): [number, AxisPart<Sector>] => [
    index,
    { list, inode, item: { kind: "sector", offset: index * SECTOR_BYTES } },
  ]);
  if (profile.size === "together") {
    return [new Axis("size", [size, ...sectors.map(([, part]) => part)])];
  }
  const perUnit = profile.unitBytes / SECTOR_BYTES;
  const units = new Map<number, [number, AxisPart<Sector>][]>();
  for (const sector of sectors) {
    const unit = Math.floor(sector[0] / perUnit);
    units.set(unit, [...(units.get(unit) ?? []), sector]);
  }
  const data = Array.from(units.values(), (unit) => {
    const axis = new Axis(
      "data",
      unit.map(([, part]) => part),
    );
    const [only] = unit;
    if (only !== undefined && perUnit === 1) {
      axis.alternatives.push(...alternativesOf(versions, file, only));
    }
    return axis;
  });
  return [new Axis("size", [size]), ...data];
}

/** What a sector may hold that is none of its versions. */
function alternativesOf(
  versions: DiskVersions,
  file: FileVersions,
  [index, { list, inode }]: readonly [number, AxisPart<Sector>],
): readonly Alternative[] {
  const { profile } = versions;
  const offset = index * SECTOR_BYTES;
  const owner = { kind: "inode", inode } as const;
  const from = list.all[1]?.event ?? Number.POSITIVE_INFINITY;
  const unsynced: Span = [from, syncedAt(file, list, offset)];
  const garbage = profile.neverSynced.includes("garbage") ? [unsynced] : [];
  const torn = profile.tornUnitLosesOld ? list.all.slice(1).map(openSpan) : [];
  const alternatives = joined([...garbage, ...torn]).map(
    ([begin, until]): Alternative => ({
      from: begin,
      until,
      bytes: garbageOf(offset),
      clause: (seed) => ({ kind: "garbage", owner, offset, seed }),
    }),
  );
  if (profile.neverSynced.includes("stale") && unsynced[0] < unsynced[1]) {
    for (const { inode: source, asOf, bytes } of staleSources(versions, { inode, index, from })) {
      alternatives.push({
        from,
        until: unsynced[1],
        bytes: () => bytes,
        clause: () => ({
          kind: "stale",
          owner,
          offset,
          source: { kind: "inode", inode: source },
          asOf,
        }),
      });
    }
  }
  return alternatives;
}

/** The garbage of a sector, remembered for the seed that was asked for last. */
function garbageOf(offset: number): (seed: number) => Uint8Array {
  let last: { readonly seed: number; readonly bytes: Uint8Array } | undefined;
  return (seed) => {
    if (last?.seed !== seed) {
      last = { seed, bytes: garbageSector(seed, offset) };
    }
    return last.bytes;
  };
}

/** From an event until, and without, another. */
type Span = readonly [from: number, until: number];

const openSpan = ({ event, boundAt }: Version<unknown>): Span => [event, boundAt];

function joined(spans: readonly Span[]): readonly Span[] {
  const out: Span[] = [];
  for (const [from, until] of spans.toSorted(([left], [right]) => left - right)) {
    const last = out.at(-1);
    if (last !== undefined && from <= last[1]) {
      out[out.length - 1] = [last[0], Math.max(last[1], until)];
    } else if (from < until) {
      out.push([from, until]);
    }
  }
  return out;
}

/** When a sync first bound a version of the sector or a size that reaches into it. */
function syncedAt(file: FileVersions, list: VersionList<Sector>, offset: number): number {
  if (file.base.size > offset) {
    return -1;
  }
  const sizes = file.size.all.filter(
    ({ value, boundAt }, index) =>
      // Of the sizes that one sync bound, the last became the floor.
      value > offset && file.size.all[index + 1]?.boundAt !== boundAt,
  );
  const bound = [list.all[1], ...sizes].map(
    (version) => version?.boundAt ?? Number.POSITIVE_INFINITY,
  );
  return Math.min(...bound);
}

interface StaleSource {
  readonly inode: Inode;
  /** The event as of which the source had the bytes. */
  readonly asOf: number;
  readonly bytes: Uint8Array;
}

/** The last bytes that other files had there when the sector was first written, be they cut since. */
function staleSources(
  { inodes }: DiskVersions,
  target: { readonly inode: Inode; readonly index: number; readonly from: number },
): readonly StaleSource[] {
  const sources: StaleSource[] = [];
  for (const [inode, node] of [...inodes].toSorted(([left], [right]) => right - left)) {
    if (node.kind === "file" && inode !== target.inode && sources.length < STALE_SOURCES_MAX) {
      const source = lastBytes(node, target);
      sources.push(...(source === undefined ? [] : [{ inode, ...source }]));
    }
  }
  return sources;
}

function lastBytes(
  file: FileVersions,
  { index, from }: { readonly index: number; readonly from: number },
): Omit<StaleSource, "inode"> | undefined {
  const list = file.sectors.get(index);
  if (list === undefined) {
    const bytes = file.base.sectors.get(index);
    return bytes === undefined ? undefined : { bytes, asOf: from };
  }
  const last = list.all.findLastIndex(({ event, value }) => event <= from && value !== undefined);
  const bytes = list.all[last]?.value;
  const asOf = Math.min(from, (list.all[last + 1]?.event ?? Number.POSITIVE_INFINITY) - 1);
  return bytes === undefined || asOf < 0 ? undefined : { bytes, asOf };
}
