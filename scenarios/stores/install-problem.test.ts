// Each known problem is told from lines that npm really printed (npm 11, node-gyp 12, Node 20).
import { expect, test } from "vitest";
import { installProblem } from "./install-problem.ts";

/** Where no ready build can be fetched this stands in front of all others. */
const NO_PREBUILD = "npm error prebuild-install warn install getaddrinfo ENOTFOUND github.com\n";

test.each([
  {
    missing: "Python 3 is missing",
    line: "npm error gyp ERR! find Python You need to install the latest version of Python.",
  },
  { missing: "make is missing", line: "npm error gyp ERR! stack Error: not found: make" },
  {
    missing: "A C++ compiler is missing",
    line: "npm error make: g++: No such file or directory",
  },
  { missing: "A C++ compiler is missing", line: "npm error /bin/sh: 1: c++: not found" },
  {
    missing: "A C++ compiler is missing",
    line: "npm error FileNotFoundError: [Errno 2] No such file or directory: 'cc'",
  },
  {
    missing: "The header files of this Node are missing",
    line: "npm error gyp: /nonexistent/common.gypi not found (cwd: /x) while reading includes",
  },
  {
    missing: "The header files of this Node are missing",
    line: "npm error gyp ERR! stack is related to network connectivity. In most cases you are behind a proxy",
  },
  { missing: "do not fit each other", line: "npm error code EUSAGE" },
  { missing: "registry could not be reached", line: "npm error code ENOTFOUND" },
])("$missing: $line", ({ missing, line }) => {
  expect(installProblem(`${NO_PREBUILD}${line}\nnpm error gyp ERR! not ok\n`)).toContain(missing);
});

test("what is not known is shown with its last lines alone", () => {
  const output = Array.from({ length: 20 }, (_, index) => `line ${index}.`).join("\n");
  const told = installProblem(output);
  expect(told).toContain("line 12.");
  expect(told).toContain("line 19.");
  expect(told).not.toContain("line 11.");
});
