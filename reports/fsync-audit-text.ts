// The fsync audit as a table for the terminal: a line a call site, and what its syncs are for.
import type { AuditedSite, FsyncAudit, SyncFinding } from "../harness/hunt/fsync-audit.ts";
import { escapeText } from "./escape-text.ts";

const SITE_LIMIT = 80;
const SENTENCE_LIMIT = 300;
const GAP = "  ";

/** The table, then the sites that can go together; it ends with a line break. */
export function renderFsyncAudit({ sites, superfluous }: FsyncAudit): string {
  const rows = [["site", "calls", "idle", "finding"], ...sites.map(cells)];
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const lines = rows.map(([site = "", calls = "", idle = "", finding = ""]) =>
    [
      site.padEnd(widths[0] ?? 0),
      calls.padStart(widths[1] ?? 0),
      idle.padStart(widths[2] ?? 0),
      finding,
    ].join(GAP),
  );
  return `${[...lines, "", ...superfluousLines(superfluous)].join("\n")}\n`;
}

function cells({ site, calls, idleCalls, finding }: AuditedSite): readonly string[] {
  return [escapeText(site, SITE_LIMIT), String(calls), String(idleCalls), findingText(finding)];
}

function findingText(finding: SyncFinding): string {
  switch (finding.kind) {
    case "load-bearing": {
      const { at, choice, violation } = finding.without;
      return `load-bearing: without it, ${escapeText(violation.message, SENTENCE_LIMIT)} (cut after #${at}: ${escapeText(choice, SENTENCE_LIMIT)})`;
    }
    case "redundant":
      return `redundant with ${escapeText(finding.with.join(", "), SENTENCE_LIMIT)}`;
    case "nothing-to-sync":
      return "nothing to sync";
    case "no-breaking-state":
      return "no breaking state among those visited";
  }
}

/** One sync that breaks nothing by itself may be there for another: only a set is called superfluous. */
function superfluousLines(superfluous: readonly string[]): readonly string[] {
  return superfluous.length === 0
    ? ["No sync can be left out."]
    : [
        "Superfluous in this run, all of these left out together:",
        ...superfluous.map((site) => `  ${escapeText(site, SITE_LIMIT)}`),
      ];
}
