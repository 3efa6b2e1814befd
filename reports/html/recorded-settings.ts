// The measured settings of which a risk window was recorded.
import type { Measurement } from "../../harness/measurement.ts";

type Setting = Measurement["settings"][number];

/** A setting with its risk window. */
export interface RecordedSetting extends Setting {
  readonly risk: NonNullable<Setting["risk"]>;
}

/** In their order; of other stores the calls of the disk could not be recorded. */
export function recordedSettings({ settings }: Measurement): readonly RecordedSetting[] {
  return settings.flatMap(({ risk, ...setting }) => (risk === null ? [] : [{ ...setting, risk }]));
}
