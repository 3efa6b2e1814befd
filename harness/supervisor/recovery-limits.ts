// What a recovery of a workload's store may hand over before it need be read no further.
import { payloadSizes, type Workload } from "../workload.ts";
import type { RecoveryLimits } from "./job.ts";

/** What a recovery may find beyond all that was ever written. */
const SPARE_RECORDS = 1_000;
const SPARE_BYTES = 1024 * 1024;

/** More than the workload writes: by then there is enough to convict. */
export function recoveryLimits({ lives }: Workload): RecoveryLimits {
  let records = SPARE_RECORDS;
  let bytes = SPARE_BYTES;
  for (const operation of lives.flat()) {
    const sizes = payloadSizes(operation);
    records += sizes.length;
    bytes += sizes.reduce((sum, size) => sum + size, 0);
  }
  return { records, bytes };
}
