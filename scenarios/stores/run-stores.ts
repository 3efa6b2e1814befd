// npm run stores: installs the stores that people use, checks their adapters, runs their scenarios.
//
// They have a package and a lock of their own in scenarios/stores/, so that the tests need no download.
// `--all` runs the servers too; `--page` writes docs/stores.md from the last run. What else stands
// behind `--` goes to the gate: names of scenarios, --time, --trials, --seed, --fault, --out.
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import { readInstallation } from "../../harness/installation.ts";
import type { CampaignResult } from "../../harness/result.ts";
import { installProblem } from "./install-problem.ts";
import {
  PAGED_FAULTS,
  type RequestedRun,
  reportFolder,
  requestedRun,
  type Store,
} from "./requested-run.ts";
import { type Finding, type StoresRun, storesPage } from "./stores-page.ts";

/** The compiler alone takes minutes on a slow machine. */
const INSTALL_LIMIT_MS = 30 * 60_000;
const CONTRACT_LIMIT_MS = 2 * 60_000;

/** Nothing was judged: the exit code of an inconclusive gate. */
const INCONCLUSIVE = 3;
const VIOLATED = 1;
/** There is no run to write the page from. */
const USAGE = 2;

const { root } = readInstallation();
const folder = join(root, "scenarios", "stores");

process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  const { stores }: { readonly stores: readonly Store[] } = await load("stores.mjs");
  const requested = requestedRun(words, stores);
  return requested.page ? writePage(stores) : run(requested);
}

async function run({ stores, gates }: RequestedRun): Promise<number> {
  const problem = (isInstalled() ? undefined : await install()) ?? (await serversProblem(stores));
  if (problem !== undefined) {
    process.stderr.write(`${problem}\n`);
    return INCONCLUSIVE;
  }
  if (stores.some(({ server }) => server === "postgres")) {
    const cluster: { prepareCluster(): Promise<void> } = await load("postgresql-cluster.mjs");
    await cluster.prepareCluster();
  }
  if (!(await keepsContract())) return INCONCLUSIVE;
  let worst = 0;
  for (const words of gates) worst = worse(worst, await gate(words));
  return worst;
}

async function gate(words: readonly string[]): Promise<number> {
  const command = [join(root, "dist", "cli.js"), "gate", ...words];
  const options = { cwd: folder, stdio: "inherit", reject: false } as const;
  const { exitCode } = await execa(process.execPath, command, options);
  return exitCode ?? INCONCLUSIVE;
}

/** A broken promise counts more than that another could not be judged. */
function worse(one: number, other: number): number {
  if (one === VIOLATED || other === VIOLATED) return VIOLATED;
  return Math.max(one, other);
}

/** Modules that are not compiled, since they are loaded where the stores are installed. */
async function load<Module>(name: string): Promise<Module> {
  const module: Module = await import(pathToFileURL(join(folder, name)).href);
  return module;
}

/** Writes docs/stores.md from the last results, and the versions that are installed now. */
async function writePage(stores: readonly Store[]): Promise<number> {
  const paths = PAGED_FAULTS.map((fault) => join(folder, reportFolder(fault), "result.json"));
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) {
    process.stderr.write(`There is no ${missing}: run npm run stores -- --all before.\n`);
    return USAGE;
  }
  const results: readonly CampaignResult[] = paths.map((path) =>
    JSON.parse(readFileSync(path, "utf8")),
  );
  const { findings }: { readonly findings: readonly Finding[] } = await load("findings.mjs");
  const installed: { readVersions(): StoresRun["versions"] } = await load("versions.mjs");
  const page = storesPage({ stores, results, versions: installed.readVersions(), findings });
  writeFileSync(join(root, "docs", "stores.md"), page);
  return 0;
}

/** npm writes its own list at the end of an installation, and leaves none where that failed. */
function isInstalled(): boolean {
  const installed = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(installed)) return false;
  return statSync(installed).mtimeMs >= statSync(join(folder, "package-lock.json")).mtimeMs;
}

/** Returns why the stores could not be installed, or nothing where they are. */
async function install(): Promise<string | undefined> {
  process.stderr.write("installing the stores into scenarios/stores; this may take minutes\n");
  const { all, failed } = await execa("npm", ["ci", "--no-audit", "--no-fund"], {
    cwd: folder,
    all: true,
    reject: false,
    timeout: INSTALL_LIMIT_MS,
    env: buildEnvironment(),
  });
  return failed ? installProblem(all) : undefined;
}

/** A build takes the header files of the Node that runs it, where they are installed with it. */
function buildEnvironment(): { readonly [name: string]: string } {
  const prefix = dirname(dirname(process.execPath));
  const installed = existsSync(join(prefix, "include", "node", "node.h"));
  return { npm_config_jobs: "max", ...(installed ? { npm_config_nodedir: prefix } : {}) };
}

/** Why one of the servers can not run here. */
async function serversProblem(stores: readonly Store[]): Promise<string | undefined> {
  const servers = stores.flatMap(({ server }) => (server === undefined ? [] : [server]));
  const own: { serverProblem(server: string): string | undefined } = await load("server.mjs");
  const problems = servers.map((server) => own.serverProblem(server));
  return problems.find((problem) => problem !== undefined);
}

/** An adapter that does not give back what was written says nothing of its store. */
async function keepsContract(): Promise<boolean> {
  const { all, failed } = await execa(
    process.execPath,
    ["--test", "adapters.test.mjs", "servers.test.mjs"],
    {
      cwd: folder,
      all: true,
      reject: false,
      timeout: CONTRACT_LIMIT_MS,
    },
  );
  if (failed) process.stderr.write(`${all}\nAn adapter does not keep its contract.\n`);
  return !failed;
}
