// Laws of hand-made windows.
import { expect, test } from "vitest";
import { answerLaw, momentLaw } from "./loss-law.ts";

test("behind a drawn answer a count of N is uniform on 0..N-1", () => {
  const { law, source } = answerLaw([1, 2, 3, 0, 1, 2, 3, 0], 3);
  expect(law).toEqual([0.25, 0.25, 0.25, 0.25]);
  expect(source).toContain("uniform");
});

test("a buffer that spills before the count is full makes it uneven", () => {
  const { law, source } = answerLaw([1, 2, 1, 0], 3);
  expect(law).toEqual([0.25, 0.5, 0.25, 0]);
  expect(source).toContain("in the recording");
});

test("at a drawn time it is the share of the time, the mean of the recordings", () => {
  const one = {
    distribution: [
      { records: 0, share: 0.8 },
      { records: 1, share: 0.2 },
    ],
  };
  const other = {
    distribution: [
      { records: 0, share: 0.6 },
      { records: 2, share: 0.4 },
    ],
  };
  const { law } = momentLaw([one, other], 2);
  expect(law.map((chance) => Math.round(chance * 1000) / 1000)).toEqual([0.7, 0.1, 0.2]);
});
