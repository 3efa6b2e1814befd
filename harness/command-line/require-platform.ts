// The platforms that ackproof runs on.
import { UsageError } from "./usage-error.ts";

/** @throws UsageError `unsupported-platform` on Windows, whose kills and files behave otherwise. */
export function requirePlatform(platform: NodeJS.Platform): void {
  if (platform !== "win32") return;
  throw new UsageError(
    "unsupported-platform",
    "ackproof does not run on Windows: it needs POSIX signals, process groups and fsync. Use WSL or Linux.",
  );
}
