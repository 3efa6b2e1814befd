// Why the stores could not be installed: npm's long answer, told in a sentence with what to do.

interface Known {
  readonly pattern: RegExp;
  readonly sentence: string;
}

const TOOLS = "install it (Debian: apt-get install --yes make g++ python3) and run this again";

/** In this order: what fails first hides the rest, and an unreachable host is mentioned beside others. */
const KNOWN: readonly Known[] = [
  {
    pattern:
      /Could not find any Python installation|find Python .*not found|You need to install the latest version of Python/,
    sentence: `Python 3 is missing, which better-sqlite3 needs to be built: ${TOOLS}.`,
  },
  {
    pattern: /not found: \S*make\b/,
    sentence: `make is missing, which better-sqlite3 needs to be built: ${TOOLS}.`,
  },
  {
    pattern:
      /\b(?:g\+\+|c\+\+|clang\+\+|g?cc): (?:command )?(?:not found|No such file or directory)|No such file or directory: '(?:g?cc|[gc]\+\+)'/,
    sentence: `A C++ compiler is missing, which better-sqlite3 needs to be built: ${TOOLS}.`,
  },
  {
    pattern:
      /common\.gypi not found|node\.h: No such file|node_api\.h: No such file|gyp ERR! stack is related to network connectivity/,
    sentence:
      "The header files of this Node are missing, which better-sqlite3 needs to be built. They are in include/node of a Node installation: " +
      "set npm_config_nodedir to the folder above include, or allow nodejs.org to be reached.",
  },
  {
    pattern: /npm (?:error|ERR!) code EUSAGE/,
    sentence:
      "package.json and package-lock.json of scenarios/stores do not fit each other: run npm install there and commit the lock.",
  },
  {
    pattern: /npm (?:error|ERR!) code (?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT)/,
    sentence: "The package registry could not be reached: run this again with a network.",
  },
];

/** Lines of npm's answer that an unknown problem is shown with. */
const SHOWN_LINES = 8;

/** The problem behind the output of a failed `npm ci`; its last lines where it is not a known one. */
export function installProblem(output: string): string {
  const known = KNOWN.find(({ pattern }) => pattern.test(output));
  if (known !== undefined) return known.sentence;
  const last = output.trimEnd().split("\n").slice(-SHOWN_LINES).join("\n");
  return `npm ci failed in scenarios/stores, and said at its end:\n${last}`;
}
