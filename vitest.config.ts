// Two test projects: `unit` runs in one process, `e2e` starts real children from dist/.
//
// The files that a worker runs share its modules: loading them anew for each file took a third of the unit
// tests' time. A test that changes what is global, such as PATH, puts it back.
import { availableParallelism } from "node:os";
import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    // By default one core is left alone, which on two is half of the machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: "unit",
          isolate: false,
          include: ["{wal,harness,scenarios,reports}/**/*.test.ts", "*.test.ts"],
          exclude: ["**/node_modules/**", "**/*.e2e.test.ts"],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "e2e",
          // A gate that a test runs tells GitHub nothing of the run that tests it.
          env: { GITHUB_ACTIONS: "", GITHUB_STEP_SUMMARY: "" },
          include: ["**/*.e2e.test.ts"],
          exclude: ["**/node_modules/**", "dist/**"],
          testTimeout: 240_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});

export default config;
