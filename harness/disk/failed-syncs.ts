// What failed syncs left clean in the page cache of one file: no later sync covers it until it is written again.
//
// A sync that fails clears the dirty marks of the pages that it tried to write, and does not set them
// again: so ext4, XFS and Btrfs, as measured in Rebello et al., "Can Applications Recover from fsync
// Failures?", USENIX ATC 2020. When in its course it does so nobody can tell. So whatever started
// before its end may be clean by then, and a page is surely dirty again only once an operation that
// started after that end has ended. The size is covered again once anything of the file was changed:
// what is written later and synced well can be read back.
import type { ByteRange } from "./disk-trace.ts";
import { PAGE_BYTES, SECTOR_BYTES } from "./sectors.ts";
import type { Version } from "./version-list.ts";

/** Sectors of a page. */
export const PAGE_SECTORS: number = PAGE_BYTES / SECTOR_BYTES;

/** The number of the page that a sector lies in. */
export function pageOf(sector: number): number {
  return Math.floor(sector / PAGE_SECTORS);
}

/** Whether a sync with this range tries to write the page: the kernel takes whole pages. */
export function isPageWithin(page: number, range: ByteRange | undefined): boolean {
  return (
    range === undefined ||
    (range.offset < (page + 1) * PAGE_BYTES && page * PAGE_BYTES < range.offset + range.length)
  );
}

/** Versions that were made since a sync failed. */
type Since = Version<unknown>[];

/** One failed sync: what it left clean, and what happened to that since. */
interface FailedSync {
  readonly pages: Map<number, Since>;
  /** Of the whole file; left out once one of them has ended. */
  file: Since | undefined;
}

/** The failed syncs of one file, as far as they still matter. */
export class FailedSyncs {
  #failed: FailedSync[] = [];

  get areNone(): boolean {
    return this.#failed.length === 0;
  }

  /** A sync failed; it left these pages clean, and the size. */
  add(pages: Iterable<number>): void {
    const clean = Array.from(pages, (page): [number, Since] => [page, []]);
    this.#failed.push({ pages: new Map(clean), file: [] });
  }

  /** A sector was given a new version. */
  noteSector(index: number, version: Version<unknown>): void {
    for (const { pages, file } of this.#failed) {
      pages.get(pageOf(index))?.push(version);
      file?.push(version);
    }
  }

  noteSize(version: Version<unknown>): void {
    for (const { file } of this.#failed) {
      file?.push(version);
    }
  }

  /** What a sync that starts now takes for clean. */
  clean(): { readonly pages: ReadonlySet<number>; readonly size: boolean } {
    for (const failed of this.#failed) {
      settle(failed);
    }
    this.#failed = this.#failed.filter(({ pages, file }) => pages.size > 0 || file !== undefined);
    return {
      pages: new Set(this.#failed.flatMap(({ pages }) => [...pages.keys()])),
      size: this.#failed.some(({ file }) => file !== undefined),
    };
  }
}

function settle(failed: FailedSync): void {
  for (const [page, since] of failed.pages) {
    if (since.some(({ done }) => done)) {
      failed.pages.delete(page);
    }
  }
  if (failed.file?.some(({ done }) => done) === true) {
    failed.file = undefined;
  }
}
