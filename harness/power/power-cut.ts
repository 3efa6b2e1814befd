// A power cut within a chain: one of the disks that it may leave, drawn.
import { CrashSpace } from "../disk/crash-space.ts";
import type { DiskTrace } from "../disk/disk-trace.ts";
import type { DiskImage } from "../disk/image.ts";
import type { DeviceProfile } from "../disk/profile.ts";
import { powerText } from "../faults/power-text.ts";
import type { HistoryEvent } from "../history/history.ts";
import type { RandomStream } from "../seed.ts";
import type { Workload } from "../workload.ts";
import { CrashMoments } from "./crash-moments.ts";

/** States that a power cut within a chain is drawn from. */
const CUT_STATES = 16;

/** The chain up to its power cut. */
export interface ChainToCut {
  readonly workload: Workload;
  readonly profile: DeviceProfile;
  /** What happened before the trace began. */
  readonly prior: readonly HistoryEvent[];
  readonly trace: DiskTrace;
}

/** The disk that the next life begins on, and all that happened up to then. */
export interface PowerCut {
  readonly image: DiskImage;
  readonly prior: readonly HistoryEvent[];
}

/** The power fails at some point since the event `begun`; undefined where nothing had begun by then. */
export function drawPowerCut(
  { workload, profile, prior, trace }: ChainToCut,
  begun: number,
  random: RandomStream,
): PowerCut | undefined {
  const at = begun + random.below(trace.events.length - begun);
  const moments = new CrashMoments({ workload, prior, trace, fault: powerText(profile.name) });
  const moment = moments.at(at);
  const visits = new CrashSpace(trace, profile).visit({
    seed: random.nextUint32(),
    statesMax: CUT_STATES,
    exhaustiveMax: CUT_STATES,
    from: at,
    to: at,
  });
  const images = Array.from(visits, (visit) => visit.image());
  const image = images[random.below(Math.max(1, images.length))];
  if (moment === undefined || image === undefined) return undefined;
  return { image, prior: moments.eventsThrough(moment) };
}
