// Patterns of volatile files: which paths they mean.
import { expect, test } from "vitest";
import { volatileFiles } from "./volatile-files.ts";

test.each<[string, string[], string[]]>([
  ["lock.mdb", ["lock.mdb", "env/lock.mdb"], ["lock-mdb", "lock.mdb2", "lock.mdb/x"]],
  ["*-shm", ["a-shm", "d/b-shm", "-shm"], ["a-shm2", "a-shm/b"]],
  ["?.tmp", ["a.tmp"], [".tmp", "ab.tmp"]],
  ["pg/*.pid", ["pg/a.pid"], ["a.pid", "pg/d/a.pid", "x/pg/a.pid"]],
  ["pg/**/x", ["pg/x", "pg/a/x", "pg/a/b/x"], ["x", "pgx"]],
  ["pg/**", ["pg/a", "pg/a/b"], ["pg"]],
  ["a+(b)", ["a+(b)"], ["aab"]],
])("%s", (pattern, meant, others) => {
  const isVolatile = volatileFiles([pattern]);
  expect(meant.filter((path) => !isVolatile(path))).toEqual([]);
  expect(others.filter(isVolatile)).toEqual([]);
});
