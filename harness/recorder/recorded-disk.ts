// From a recording to a disk trace that is known to be whole: folded, replayed, and held against the disk.
import { readDirectoryImage } from "./directory-image.ts";
import { type FoldRequest, type FoldResult, foldTrace } from "./fold.ts";
import { RecorderError } from "./recorder-error.ts";
import { replayed } from "./replay.ts";
import { finalContents, replayDifference } from "./replay-check.ts";

/**
 * Folds the events and compares the replay with the directory as it is now: nothing may have changed
 * it since the recording's end.
 */
export function recordedDisk(request: FoldRequest): FoldResult {
  const folded = foldTrace(request);
  if (folded.kind === "unrecordable") return folded;
  try {
    const found = readDirectoryImage(request.directory, request.volatileFiles);
    const replay = replayed(folded.trace);
    if (replayDifference(replay, found) === undefined) return folded;
    // Writes of several threads to the end of one file overlap: what lies there tells their order.
    const again = foldTrace(request, finalContents(replay, found));
    if (again.kind === "unrecordable") return again;
    const because = replayDifference(replayed(again.trace), found);
    return because === undefined ? again : { kind: "unrecordable", because };
  } catch (error) {
    if (error instanceof RecorderError && error.code === "cannot-be-recorded") {
      return { kind: "unrecordable", because: error.message };
    }
    throw error;
  }
}
