// The machine that a campaign ran on.
import { arch, availableParallelism, platform, release } from "node:os";
import type { CampaignResult } from "../result.ts";

/** What a result says of the machine it was made on. */
export function describeMachine(containment: string): CampaignResult["machine"] {
  return {
    platform: platform(),
    release: release(),
    arch: arch(),
    cpus: availableParallelism(),
    node: process.version,
    containment,
  };
}
