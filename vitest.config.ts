// Two test projects: `unit` runs in one process, `e2e` starts real children from dist/.
import { defineConfig, type ViteUserConfig } from "vitest/config";

const config: ViteUserConfig = defineConfig({
  test: {
    projects: [
      {
        test: {
          name: "unit",
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
