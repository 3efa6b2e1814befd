// The tables of a measurement, as a terminal shows them.
import { expect, test } from "vitest";
import { MEASURED_RESULT } from "./fixtures/sample-measurement.ts";
import { createPaint } from "./paint.ts";
import { renderMeasurement } from "./spectrum-table.ts";

const OPTIONS = { paint: createPaint(false), out: "ackproof-report", quiet: false };

test("the spectrum, the sweep and the kills", () => {
  expect(renderMeasurement(MEASURED_RESULT, OPTIONS)).toMatchInlineSnapshot(`
    "The spectrum of the modes
    setting    after an append  after a batch  latency of an append  of a batch of 10  appends/s  fsyncs each  lost: killed  lost: power cut
    wal/sync   durable          durable        250 us, 252 us        0.31 us, 252 us       4,000         1.00  0             0
    64 B                                       1.2 ms, 5.12 ms       1.2 ms, 5.12 ms
    wal/batch  all but 1        durable        0.31 us, 252 us       0.31 us, 252 us       4,000          1/2  1             1
    N=2 64 B                                   1.2 ms, 5.12 ms       1.2 ms, 5.12 ms                           64 B, 250 us  64 B, 250 us
    wal/flush  in the kernel    durable        250 us, 252 us        0.31 us, 252 us       4,000            0  0             all 2
    64 B                                       1.2 ms, 5.12 ms       1.2 ms, 5.12 ms                                         64 B, 250 us
    latency: p50, p99 / p99.9, max; lost: the most at any moment of the recorded stretch, of what was acknowledged,
    in records / bytes, age of the oldest. Fewer fsyncs than any mode asks for are those of rotations.

    All settings
    setting             appends/s  fsyncs each      p50     p99   p99.9      max  lost: killed  lost: power cut  oldest
    wal/sync 64 B           4,000         1.00   250 us  252 us  1.2 ms  5.12 ms             0  0                  0 us
    wal/batch N=2 64 B      4,000          1/2  0.31 us  252 us  1.2 ms  5.12 ms             1  1                250 us
    wal/flush 64 B          4,000            0   250 us  252 us  1.2 ms  5.12 ms             0  all 2            250 us
    a program 1 KiB         4,000            -   250 us  252 us  1.2 ms  5.12 ms             -  -                     -
    lost: records; oldest: age of the oldest record that a power cut would take

    Real kills
    setting             killed                kills         lost something      median         p99  most  allowed  fit
    wal/batch N=2 64 B  after a drawn answer     40  52.5 % (36.1 to 68.5)  1 (0 to 1)  1 (1 to ?)     1        1  p = 0.75
    wal/batch N=2 64 B  at a drawn time          30    0.0 % (0.0 to 11.6)  0 (0 to 0)  0 (0 to ?)     0        1  p = 0.12
    in brackets: exact bounds with 95 % (?: too few kills for one); median, p99, most: records lost by a kill;
    fit: how rarely kills that follow the mode's law lie as far from it; at a drawn time the law is a measured one.

    measured on a processor, 8 GiB, ext4 (rw,relatime); load 0.1 before, 1.2 after
    beside them: write and fdatasync of 100 B 240 us, 252 us, 1.2 ms, 5.12 ms (4,000 of them); a copy in memory of 64 B 22 ns; reading the clock 40 ns

    verdict: measured, after 45.0 s
    report:  ackproof-report (data in measurement/*.csv and result.json)
    repeat:  npx ackproof measure --seed 7
    "
  `);
});

test("an interrupted one says so, and what was not measured", () => {
  const told = renderMeasurement(
    {
      ...MEASURED_RESULT,
      complete: false,
      interrupted: true,
      notRun: [{ fault: "measure mine 64 B", reason: "\u001b[31mno store" }],
    },
    { ...OPTIONS, quiet: true },
  );
  expect(told).toContain("verdict: measured, interrupted, after 45.0 s");
  expect(told).toContain("not run: measure mine 64 B: \\x1b[31mno store");
  expect(told).not.toContain("spectrum");
});

test("nothing measured leaves no table", () => {
  const { measurement: _, ...empty } = MEASURED_RESULT;
  expect(renderMeasurement(empty, OPTIONS)).not.toContain("settings");
});
