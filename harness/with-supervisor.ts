// A supervisor for one piece of work: of this installation, one trial at a time, closed whatever comes.
import { systemClock } from "./clock.ts";
import { readInstallation } from "./installation.ts";
import { type Supervisor, startSupervisor } from "./supervisor/supervisor.ts";

/** @throws what the work throws, and SupervisorError where no supervisor can be started */
export async function withSupervisor<T>(work: (supervisor: Supervisor) => Promise<T>): Promise<T> {
  const { childFile } = readInstallation();
  const supervisor = await startSupervisor({ childFile, concurrency: 1, clock: systemClock });
  try {
    return await work(supervisor);
  } finally {
    await supervisor.close();
  }
}
