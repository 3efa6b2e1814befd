// Volatile files are put beside a state in three ways, and where there are none, in one.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withDir } from "tmp-promise";
import { expect, test } from "vitest";
import { VolatileStore } from "./volatile-store.ts";

test("absent, empty, and as they were", async () => {
  await withDir(
    async ({ path }) => {
      const [store, to] = [join(path, "store"), join(path, "to")];
      mkdirSync(join(store, "sub"), { recursive: true });
      writeFileSync(join(store, "data"), "kept");
      writeFileSync(join(store, "sub", "x-shm"), "index");
      const volatile = new VolatileStore(store, ["*-shm"]);
      expect(volatile.states).toEqual(["absent", "empty", "as-they-were"]);
      mkdirSync(to);
      volatile.place("absent", to);
      expect(readdirSync(to)).toEqual([]);
      volatile.place("empty", to);
      expect(readFileSync(join(to, "sub", "x-shm"), "utf8")).toBe("");
      volatile.place("as-they-were", to);
      expect(readFileSync(join(to, "sub", "x-shm"), "utf8")).toBe("index");
      expect(readdirSync(to)).toEqual(["sub"]);
      expect(new VolatileStore(store, ["*.lock"]).states).toEqual(["absent"]);
      expect(new VolatileStore(store, []).states).toEqual(["absent"]);
    },
    { unsafeCleanup: true },
  );
});
