// Sync coverage: what the calls of one site make durable, and which other syncs would do it in time.
import type { DiskTrace } from "../disk/disk-trace.ts";
import { versionsAfter } from "../disk/disk-versions.ts";
import type { DeviceProfile } from "../disk/profile.ts";
import { type EditedTrace, withoutOperations } from "./edited-trace.ts";
import { versionLists } from "./open-items.ts";
import type { SyncSite } from "./sync-site.ts";

/** By version, the event at which it became durable; those that never did are not in it. */
type Bounds = ReadonlyMap<string, number>;

/** The calls that made something durable, by the events that start them. */
export function bindingSyncs(trace: DiskTrace, profile: DeviceProfile): ReadonlySet<number> {
  const binding = new Set<number>();
  for (const at of boundsOf({ trace, original: [...trace.events.keys()] }, profile).values()) {
    binding.add(startOf(trace, at));
  }
  return binding;
}

/**
 * The sites whose syncs, without those of `site`, still bind all that it binds before the next
 * promise is made; `undefined` where something stays open until then.
 */
export function coveringSites(
  { trace, profile }: { readonly trace: DiskTrace; readonly profile: DeviceProfile },
  site: SyncSite,
  sites: readonly SyncSite[],
): readonly string[] | undefined {
  const starts = new Set(site.starts);
  const whole = boundsOf({ trace, original: [...trace.events.keys()] }, profile);
  const rest = boundsOf(withoutOperations(trace, starts), profile);
  const covering = new Set<number>();
  for (const [version, at] of whole) {
    if (starts.has(startOf(trace, at))) {
      const later = rest.get(version);
      if (later === undefined || later > nextPromise(trace, at)) {
        return undefined;
      }
      covering.add(startOf(trace, later));
    }
  }
  return sites
    .filter((each) => each.starts.some((start) => covering.has(start)))
    .map(({ text }) => text);
}

/** Versions are named by their places and events; all events are those of the original trace. */
function boundsOf({ trace, original }: EditedTrace, profile: DeviceProfile): Bounds {
  const bounds = new Map<string, number>();
  const { inodes } = versionsAfter(trace, trace.events.length - 1, profile);
  for (const [inode, node] of inodes) {
    for (const { part, list } of versionLists(inode, node)) {
      for (const { event, boundAt } of list.all) {
        const at = original[boundAt];
        if (event >= 0 && at !== undefined && !hasFailed(trace, boundAt)) {
          bounds.set(JSON.stringify([inode, part, original[event]]), at);
        }
      }
    }
  }
  return bounds;
}

/** A failed sync made nothing durable, also where reads found what was durable before. */
function hasFailed(trace: DiskTrace, at: number): boolean {
  const event = trace.events[at];
  return event?.kind === "end" && event.failed !== undefined;
}

function startOf(trace: DiskTrace, end: number): number {
  const event = trace.events[end];
  return event?.kind === "end" ? event.start : end;
}

/** From this event on somebody rests on what was done before. */
function nextPromise(trace: DiskTrace, from: number): number {
  const index = trace.events.findIndex((event, at) => {
    return at > from && event.kind === "mark" && PROMISES.has(event.happened.kind);
  });
  return index === -1 ? trace.events.length : index;
}

const PROMISES: ReadonlySet<string> = new Set(["opened", "acknowledged", "closed", "recovered"]);
