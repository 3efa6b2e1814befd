// What is to be measured: one scenario, opened with one set of options, asked in one way.
import type { Scenario } from "../scenario.ts";
import type { Json } from "../subject.ts";

export interface SettingToMeasure {
  /** Names it in tables and files: `wal/batch N=100 64 B`. */
  readonly id: string;
  readonly scenario: Scenario;
  /** What the store is opened with, over the options of the scenario's subject. */
  readonly options: { readonly [key: string]: Json };
  /** Payload bytes of each record; at least 32, so that a record names itself. */
  readonly recordBytes: number;
  /** Appends in flight, from 1. */
  readonly callers: number;
  /** True for the setting that stands for its mode in the spectrum's table. */
  readonly isTypical: boolean;
  /** Appends of the recorded stretch: a few times as many as the window needs to close again. */
  readonly recordedAppends: number;
  /** Share of the time for real kills, beside the other settings'; 0 for none. */
  readonly killWeight: number;
}
