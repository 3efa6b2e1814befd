// A disk image in the forms that a recovery may want.
import type { DiskImage } from "../disk/image.ts";
import { RecordingDisk } from "../disk/recording-disk.ts";
import type { RecoverableDisk } from "./crash-case.ts";

/** The disk with this content. */
export function diskOf(image: DiskImage): RecoverableDisk {
  return { image: () => image, disk: () => RecordingDisk.fromImage(image) };
}
