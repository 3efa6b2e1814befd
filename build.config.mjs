// Builds dist/: the modules by tsc; the children and the planted bugs by esbuild, a CommonJS file each.
import { spawn } from "node:child_process";
import { chmod, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename } from "node:path";
import { build } from "esbuild";

/** Packages of the supervisor that would make every child start slower. */
const KEPT_OUT_OF_CHILDREN = ["execa", "fast-check", "zod"];
const SHEBANG = "#!/usr/bin/env node\n";

/** Runs a program of this package; rejects where it does not exit with 0. */
function run(file, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file, ...args], { stdio: "inherit" });
    child.once("error", reject);
    child.once("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`${file} ended with ${code}`)),
    );
  });
}

/** What every bundle for a child has in common. */
const BUNDLE = {
  bundle: true,
  platform: "node",
  format: "cjs",
  target: "node20",
  // A user's module may be an ES module: import() must not become require().
  supported: { "dynamic-import": true },
  legalComments: "none",
  logLevel: "warning",
};

async function bundleChild(entry, outfile) {
  const { metafile } = await build({ ...BUNDLE, entryPoints: [entry], outfile, metafile: true });
  refuseHeavyImports(outfile, metafile);
}

/** The variants are TypeScript, which Node 20 does not load: bundled in memory, imported from there. */
async function readVariants() {
  const { outputFiles } = await build({
    ...BUNDLE,
    format: "esm",
    stdin: {
      contents: `
        export { plantedBugs } from "./planted-bugs.ts";
        export { soundVariants } from "./sound-variants.ts";`,
      resolveDir: "scenarios/planted",
    },
    write: false,
  });
  const code = Buffer.from(outputFiles[0].contents).toString("base64");
  const { plantedBugs, soundVariants } = await import(`data:text/javascript;base64,${code}`);
  return [...plantedBugs, ...soundVariants];
}

/** Builds our log once more for each planted bug and variant, its edits made, as <folder>/<name>.cjs. */
async function bundleVariants(folder) {
  const variants = await readVariants();
  await Promise.all(
    variants.map((variant) =>
      build({
        ...BUNDLE,
        entryPoints: ["scenarios/subjects/wal-subject.ts"],
        outfile: `${folder}/${variant.name}.cjs`,
        plugins: [editLog(variant)],
      }),
    ),
  );
}

/** An esbuild plugin that makes a variant's edits in wal/ while the files are read. */
function editLog(variant) {
  return {
    name: `planted-${variant.name}`,
    setup({ onLoad, onEnd }) {
      const made = new Set();
      onLoad({ filter: /[/\\]wal[/\\][^/\\]+\.ts$/ }, async ({ path }) => {
        const edits = variant.edits.filter((edit) => edit.file === basename(path));
        const text = await readFile(path, "utf8");
        for (const edit of edits) made.add(edit);
        return {
          contents: edits.reduce((now, edit) => applyEdit(now, variant, edit), text),
          loader: "ts",
        };
      });
      onEnd(() => {
        const missing = variant.edits.find((edit) => !made.has(edit));
        if (missing !== undefined)
          throw new Error(`planted/${variant.name}: wal/${missing.file} is not part of the log`);
      });
    },
  };
}

function applyEdit(text, variant, { file, find, replace }) {
  const parts = text.split(find);
  if (parts.length !== 2) {
    throw new Error(
      `planted/${variant.name}: this stands ${parts.length - 1} times in wal/${file}, expected once; mend the edit:\n${find}`,
    );
  }
  return parts.join(replace);
}

function refuseHeavyImports(outfile, metafile) {
  const inputs = Object.keys(metafile.inputs);
  const heavy = KEPT_OUT_OF_CHILDREN.filter((name) =>
    inputs.some((input) => input.includes(`node_modules/${name}/`)),
  );
  if (heavy.length > 0) throw new Error(`${outfile} must not contain ${heavy.join(", ")}`);
}

async function makeExecutable(file) {
  const text = await readFile(file, "utf8");
  if (text.startsWith("#!") === false) await writeFile(file, SHEBANG + text);
  await chmod(file, 0o755);
}

// What runs from dist/ meanwhile keeps a whole one: the new one takes its place at the end.
const made = `dist.new/${process.pid}`;
await Promise.all([
  run("node_modules/typescript/bin/tsc", ["-p", "tsconfig.build.json", "--outDir", made]),
  bundleChild("scenarios/child.ts", `${made}/child.cjs`),
  bundleChild("scenarios/power-worker.ts", `${made}/power.cjs`),
  bundleChild("scenarios/measure-worker.ts", `${made}/measure.cjs`),
  bundleVariants(`${made}/planted`),
]);
await makeExecutable(`${made}/cli.js`);
await rm("dist", { recursive: true, force: true });
await rename(made, "dist");
await rm("dist.new", { recursive: true, force: true });
