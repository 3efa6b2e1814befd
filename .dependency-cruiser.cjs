// The arrows between the folders: who may import whom. Tests may look at anything.
const arrow = (name, from, to, comment) => ({
  name,
  severity: "error",
  comment,
  from: { path: from, pathNot: "\\.test\\.ts$" },
  to,
});

module.exports = {
  forbidden: [
    arrow("no-cycles", "", { circular: true }, "A cycle hides which part rests on which."),
    arrow(
      "wal-node-only",
      "^wal/",
      { pathNot: "^(wal/|node:)", dependencyTypesNot: ["core"] },
      "The log is a product of its own.",
    ),
    arrow(
      "harness-stands-alone",
      "^harness/",
      { path: "^(wal|scenarios|reports|index\\.ts|cli\\.ts)" },
      "The harness knows no subject and no report.",
    ),
    arrow(
      "scenarios-public-log",
      "^scenarios/",
      { path: "^wal/", pathNot: "^wal/index\\.ts$" },
      "Scenarios see the log's public face.",
    ),
    arrow(
      "scenarios-no-reports",
      "^scenarios/",
      { path: "^(reports/|index\\.ts|cli\\.ts)" },
      "Scenarios do not report.",
    ),
    arrow(
      "reports-see-results",
      "^reports/",
      { path: "^(wal/|scenarios/|index\\.ts|cli\\.ts)" },
      "Reports read results only.",
    ),
    arrow(
      "reports-types-only",
      "^reports/",
      { path: "^harness/", pathNot: "^harness/seed\\.ts$", dependencyTypesNot: ["type-only"] },
      "Reports import the harness's result types, and of its code the one source of random numbers.",
    ),
    arrow(
      "judges-are-pure",
      "^harness/(history|guarantees)/",
      {
        path: "^(fs|child_process|node:fs|node:child_process|node_modules/(execa|tmp-promise))|harness/supervisor/",
      },
      "History and guarantees do no input or output.",
    ),
    arrow(
      "judges-no-core-io",
      "^harness/(history|guarantees)/",
      { path: "^(fs|child_process|worker_threads|net)$", dependencyTypes: ["core"] },
      "History and guarantees do no input or output.",
    ),
    arrow(
      "disk-is-a-model",
      "^harness/disk/",
      { path: "^(fs|child_process|worker_threads)$", dependencyTypes: ["core"] },
      "The disk model runs in memory.",
    ),
    arrow(
      "nobody-imports-cli",
      "",
      { path: "^cli\\.ts$" },
      "The command line is the outermost layer.",
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(dist|node_modules|coverage)/" },
  },
};
