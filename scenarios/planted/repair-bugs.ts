// Planted bugs in how recovery mends: only a second failure, in it or after it, shows them.
import type { Operation } from "../../harness/workload.ts";
import type { PlantedBug, SourceEdit } from "./planted-bug.ts";

const append: Operation = { kind: "append", size: 40 };

const MEND_IN_PLACE = `  rewriteUnproven(work, scan);
  if (window.size > scan.stop.offset) {
    storage.truncate(file, scan.stop.offset);
  }
  storage.sync(file);
`;

/** Recovery writes the last segment anew under another name and puts it in its place. */
function mendByCopy(afterRename: string): SourceEdit {
  return {
    file: "repair.ts",
    find: MEND_IN_PLACE,
    replace: `  const path = \`\${work.directory}/\${work.segment.name}\`;
  const copy = storage.open(\`\${path}\${UNFINISHED}\`, "create");
  copyBytes(work, { from: 0, to: scan.stop.offset, file: copy, position: 0 });
  storage.rename(\`\${path}\${UNFINISHED}\`, path);
${afterRename}  storage.close(copy);
`,
  };
}

export const repairBugs: readonly PlantedBug[] = [
  {
    name: "clean-log-not-synced",
    summary:
      "Recovery syncs only where it cut something; after a kill there may be nothing to cut.",
    reference:
      "SurrealKV opened a segment that a killed process had written, and trusted it without a sync: https://github.com/surrealdb/surrealkv/pull/191",
    mode: "flush",
    edits: [
      { file: "repair.ts", find: "  rewriteUnproven(work, scan);\n", replace: "" },
      {
        file: "repair.ts",
        find: "  storage.sync(file);\n  storage.sync",
        replace: `  if (tail !== undefined) {
    storage.sync(file);
  }
  storage.sync`,
      },
    ],
    convictedBy: {
      kind: "chain",
      // The next life's header says that the record before it was synced.
      steps: [
        { kind: "life", operations: [append] },
        { kind: "kill" },
        { kind: "life", operations: [append] },
        { kind: "power", keep: "floor" },
        { kind: "recover" },
      ],
      guarantee: "recovery-succeeds",
    },
  },
  {
    name: "tail-cut-not-durable",
    summary:
      "Recovery syncs first and cuts the tail then: a later power cut brings it back behind a closed segment's end.",
    reference:
      "CQLite cut its log without a sync of the cut: https://github.com/pmcfadin/cqlite/issues/399",
    mode: "flush",
    edits: [
      {
        file: "repair.ts",
        find: `  if (window.size > scan.stop.offset) {
    storage.truncate(file, scan.stop.offset);
  }
  storage.sync(file);
`,
        replace: `  storage.sync(file);
  if (window.size > scan.stop.offset) {
    storage.truncate(file, scan.stop.offset);
  }
`,
      },
    ],
    convictedBy: {
      kind: "chain",
      // The second record is torn; the next open cuts it, and writes on in a new segment.
      steps: [
        {
          kind: "life",
          operations: [append, { kind: "sync" }, { kind: "append", size: 600 }],
        },
        { kind: "power", keep: "newest; lose file 000000000001.wal sector 0x200" },
        { kind: "life", operations: [append] },
        { kind: "power", keep: "floor" },
        { kind: "recover" },
      ],
      guarantee: "recovery-succeeds",
    },
  },
  {
    name: "repair-replaces-unsynced",
    summary: "Recovery replaces the last segment by a mended copy that it never syncs.",
    reference:
      "Tailscale renamed a new file over the old one without a sync, and a hard reboot left it empty: https://github.com/tailscale/tailscale/pull/538",
    mode: "sync",
    edits: [mendByCopy("")],
    convictedBy: {
      kind: "crash-state",
      operations: [append],
      keep: "floor",
      after: "recovery",
      guarantee: "recovery-succeeds",
    },
  },
  {
    name: "repair-syncs-after-rename",
    summary:
      "Recovery replaces the last segment by a mended copy and syncs it too late: a crash between leaves neither.",
    reference:
      "VelesDB emptied its log in recovery before what had been replayed from it was flushed: https://github.com/cyberlife-coder/VelesDB/issues/898",
    mode: "sync",
    edits: [mendByCopy("  storage.sync(copy);\n")],
    convictedBy: {
      kind: "chain",
      steps: [
        { kind: "life", operations: [append] },
        { kind: "kill" },
        { kind: "recover" },
        {
          kind: "power",
          keep: "floor; keep names",
          at: { side: "before", nth: "first", operation: "fsync" },
        },
        { kind: "recover" },
      ],
      guarantee: "recovery-succeeds",
    },
  },
];
