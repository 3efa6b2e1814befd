// The words for injected faults, and what is refused.
import { expect, test } from "vitest";
import { type Injection, injectionArgument } from "./strace-injection.ts";

test.each<readonly [Injection, string]>([
  [{ kind: "kill", call: "fdatasync", when: 5 }, "inject=fdatasync:signal=SIGKILL:when=5"],
  [{ kind: "error", call: "write", when: 1, code: "ENOSPC" }, "inject=write:error=ENOSPC:when=1"],
  [
    { kind: "delay", call: "fsync", when: 2, enterMicros: 10, exitMicros: 20 },
    "inject=fsync:delay_enter=10:delay_exit=20:when=2",
  ],
])("%j", (injection, text) => {
  expect(injectionArgument(injection)).toBe(text);
});

test.each<Injection>([
  { kind: "kill", call: "write:when=1", when: 1 },
  { kind: "kill", call: "write", when: 0 },
  { kind: "kill", call: "write", when: 65_536 },
  { kind: "error", call: "write", when: 1, code: "5" },
  { kind: "delay", call: "write", when: 1, enterMicros: 0.5 },
  { kind: "delay", call: "write", when: 1 },
])("%j is refused", (injection) => {
  expect(() => injectionArgument(injection)).toThrow(RangeError);
});
