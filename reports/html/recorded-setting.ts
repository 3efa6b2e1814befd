// A measured setting whose risk windows are known: the store's calls of the disk were recorded.
import type { MeasuredRisk, MeasuredSetting } from "../../harness/measurement.ts";

export interface RecordedSetting extends MeasuredSetting {
  readonly risk: MeasuredRisk;
}

/** Those that have a risk window; of a program there is none. */
export function recordedSettings(settings: readonly MeasuredSetting[]): readonly RecordedSetting[] {
  return settings.flatMap((setting) =>
    setting.risk === null ? [] : [{ ...setting, risk: setting.risk }],
  );
}
