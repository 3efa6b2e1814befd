// Which device a power cut is judged on.

import { expect, test } from "vitest";
import { type PowerFault, powerFault } from "../faults/power.ts";
import { appendPromise } from "../guarantees/fixtures/append-promise.ts";
import type { StorePromise } from "../guarantees/guarantee.ts";
import { meantProfile } from "./meant-profile.ts";

const EXT4: StorePromise = { ...appendPromise, profile: "ext4" };

function power(text: string): PowerFault {
  const fault = powerFault(text);
  if (fault === undefined) throw new TypeError(`no power cut ${text}`);
  return fault;
}

test("a program's is that of its promise, unless the fault names one", () => {
  expect(meantProfile(power("power"), EXT4, false).name).toBe("ext4");
  expect(meantProfile(power("power"), appendPromise, false).name).toBe("posix");
  expect(meantProfile(power("power:alice"), EXT4, false).name).toBe("alice");
  expect(meantProfile(power("power"), EXT4, true).name).toBe("posix");
});
