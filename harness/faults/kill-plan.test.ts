// Plans of kills as text: they come back as they were printed, and wrong ones are refused.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FaultError } from "./fault-error.ts";
import {
  type CallKill,
  formatKillPlan,
  formatLifePlan,
  type KillPlan,
  parseKillPlan,
  parseLifePlan,
  type RecoveryKill,
  type WriterKill,
} from "./kill-plan.ts";

const count = fc.nat({ max: 999_999_999 });
const call: fc.Arbitrary<CallKill> = fc.record({
  kind: fc.constant("call" as const),
  n: count,
  edge: fc.constantFrom("before", "after"),
});
const writer: fc.Arbitrary<WriterKill> = fc.oneof(
  fc.record({ kind: fc.constant("moment" as const), afterFirstAckMicros: count }),
  fc.record({ kind: fc.constant("ack" as const), count }),
  fc.record({ kind: fc.constant("open" as const), afterStartMicros: count }),
  call,
  fc.record({
    kind: fc.constant("operation" as const),
    n: count,
    call: fc.constantFrom("write", "pwrite64", "copy_file_range"),
    when: fc.nat({ max: 65_535 }),
  }),
  fc.constantFrom({ kind: "idle" as const }, { kind: "close" as const }),
  fc.record({ kind: fc.constant("lie" as const), from: count, through: count }),
);
const recovery: fc.Arbitrary<RecoveryKill> = fc.oneof(
  fc.record({ kind: fc.constant("moment" as const), afterStartMicros: count }),
  call,
);
const plan: fc.Arbitrary<KillPlan> = fc.record({
  lives: fc.array(fc.record({ writer, recoveries: fc.array(recovery, { maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
});

function life(kill: WriterKill): string {
  return formatLifePlan({ writer: kill, recoveries: [] });
}

describe("a plan of kills", () => {
  it("comes back as it was printed", () => {
    fc.assert(
      fc.property(plan, (drawn) => {
        expect(parseKillPlan(formatKillPlan(drawn))).toEqual(drawn);
      }),
    );
  });

  it("reads as a person would write it", () => {
    expect(life({ kind: "ack", count: 7 })).toBe("kill:ack=7");
    expect(life({ kind: "call", n: 12, edge: "before" })).toBe("kill:call=12:before");
    expect(life({ kind: "moment", afterFirstAckMicros: 830 })).toBe("kill:moment=830us");
  });

  it.each([
    "",
    "ack=7",
    "kill:",
    "kill:ack=x",
    "kill:call=3",
    "kill:ack=7 recovery:ack=3",
    "kill:ack=7;",
  ])("is refused where it is none: %j", (text) => {
    expect(() => parseLifePlan(text)).toThrow(FaultError);
    expect(() => parseLifePlan(text)).toThrow(expect.objectContaining({ code: "bad-plan" }));
  });
});
