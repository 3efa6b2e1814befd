// Makes a new segment that is durable, file and name, before anything is written into it.
import { segmentName, UNFINISHED } from "./segment-file.ts";
import { encodeSegmentHeader, SEGMENT_HEADER_BYTES, type SegmentHeader } from "./segment-header.ts";
import type { FileId, Storage } from "./storage.ts";
import { writeAll } from "./write-all.ts";

const ZEROS = new Uint8Array(64 * 2 ** 10);

/**
 * Creates the segment under an unfinished name, syncs it, and gives it its name: whoever sees the
 * name sees a whole header. A segment of this name is replaced. `fillBytes` is the size to fill with zeros, 0 for none; one full fsync
 * covers them, so that later syncs need not change the file's metadata.
 * @returns the open file, positioned by nobody: writes name their place.
 */
export function createSegment(
  storage: Storage,
  directory: string,
  segment: { readonly header: SegmentHeader; readonly fillBytes: number },
): FileId {
  const path = `${directory}/${segmentName(segment.header.sequence)}`;
  const file = storage.open(`${path}${UNFINISHED}`, "create");
  try {
    fill(storage, file, segment);
    storage.sync(file);
    storage.rename(`${path}${UNFINISHED}`, path);
    storage.syncDirectory(directory);
    return file;
  } catch (error) {
    storage.close(file);
    throw error;
  }
}

function fill(
  storage: Storage,
  file: FileId,
  segment: { readonly header: SegmentHeader; readonly fillBytes: number },
): void {
  writeAll(storage, file, { bytes: encodeSegmentHeader(segment.header), position: 0 });
  for (let at = SEGMENT_HEADER_BYTES; at < segment.fillBytes; at += ZEROS.length) {
    writeAll(storage, file, { bytes: ZEROS.subarray(0, segment.fillBytes - at), position: at });
  }
}
