// The segments of a directory, in order, with what their headers prove of each other.
import { NO_LSN } from "./lsn.ts";
import { SegmentWindow, segmentName, sequenceOf } from "./segment-file.ts";
import { decodeSegmentHeader, type ReadHeader, SEGMENT_HEADER_BYTES } from "./segment-header.ts";
import type { Storage } from "./storage.ts";
import { corruption, WalError } from "./wal-error.ts";

/** A segment that is part of the log. */
export interface Segment {
  readonly name: string;
  readonly header: ReadHeader;
}

/**
 * The segments found among `names`, oldest first.
 *
 * A segment gets its name when its header is durable, so a header that does not parse, or a number
 * left out, is damage and never an interrupted write.
 * @throws WalError `corrupt` or `unsupported-version`.
 */
export function readSegments(
  storage: Storage,
  directory: string,
  names: readonly string[],
): Segment[] {
  const segments: Segment[] = [];
  for (const name of names.filter((each) => sequenceOf(each) !== undefined)) {
    const segment = { name, header: readHeader(storage, directory, name) };
    checkOrder(segments.at(-1), segment);
    segments.push(segment);
  }
  return segments;
}

function readHeader(storage: Storage, directory: string, name: string): ReadHeader {
  const file = storage.open(`${directory}/${name}`, "read");
  try {
    const bytes = new SegmentWindow(storage, file, SEGMENT_HEADER_BYTES).slice(
      0,
      SEGMENT_HEADER_BYTES,
    );
    const outcome = decodeSegmentHeader(bytes);
    switch (outcome.kind) {
      case "header":
        return outcome.header;
      case "damaged":
        throw corruption({ segment: name, offset: 0, reason: outcome.reason });
      case "unsupported":
        throw new WalError(
          "unsupported-version",
          `${name} is of format version ${outcome.version}; this program reads version 1.`,
          { place: { segment: name, offset: 8, reason: `version ${outcome.version}` } },
        );
    }
  } finally {
    storage.close(file);
  }
}

function checkOrder(before: Segment | undefined, segment: Segment): void {
  const { name, header } = segment;
  const reason =
    segmentName(header.sequence) === name
      ? disorder(before?.header, header)
      : "the header is another segment's";
  if (reason !== undefined) {
    throw corruption({ segment: name, offset: 0, reason });
  }
}

function disorder(before: ReadHeader | undefined, header: ReadHeader): string | undefined {
  if (before === undefined) {
    return header.sequence === 1 && header.previousLsn !== NO_LSN
      ? "the first segment names a record before it"
      : undefined;
  }
  if (header.sequence !== before.sequence + 1) {
    return `segment ${before.sequence + 1} is missing`;
  }
  if (header.identity !== before.identity) {
    return "it belongs to another log";
  }
  if (header.life < before.life || header.previousLsn < before.previousLsn) {
    return "it is older than the segment before it";
  }
  return undefined;
}
