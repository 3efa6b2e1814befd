// Appends records to one segment through the process buffer.
import { encodeRecord, RECORD_HEADER_BYTES, type RecordDraft } from "./record.ts";
import { headerChecksum, SEGMENT_HEADER_BYTES, type SegmentHeader } from "./segment-header.ts";
import type { FileId, Storage } from "./storage.ts";
import { writeAll } from "./write-all.ts";

/** The segment that grows. It knows bytes and their places; when to sync is the log's affair. */
export class SegmentWriter {
  readonly header: SegmentHeader;
  readonly #storage: Storage;
  readonly #file: FileId;
  readonly #salt: number;
  readonly #buffer: Uint8Array;
  #buffered = 0;
  /** Where the buffer goes in the file. */
  #position: number = SEGMENT_HEADER_BYTES;

  /** The buffer is handed on from segment to segment. */
  constructor(
    storage: Storage,
    made: { readonly file: FileId; readonly header: SegmentHeader; readonly buffer: Uint8Array },
  ) {
    this.#storage = storage;
    this.#file = made.file;
    this.header = made.header;
    this.#salt = headerChecksum(made.header);
    this.#buffer = made.buffer;
  }

  /** Bytes of the segment, those in the buffer included. */
  get bytes(): number {
    return this.#position + this.#buffered;
  }

  get isEmpty(): boolean {
    return this.bytes === SEGMENT_HEADER_BYTES;
  }

  /** Puts a record into the buffer; writes the buffer first where the record does not fit behind it. */
  put(record: RecordDraft): void {
    const length = RECORD_HEADER_BYTES + record.payload.length;
    if (length > this.#buffer.length - this.#buffered) {
      this.write();
    }
    if (length > this.#buffer.length) {
      this.#writeAlone(record, length);
    } else {
      const into = { bytes: this.#buffer, at: this.#buffered, salt: this.#salt };
      this.#buffered = encodeRecord(into, record);
    }
  }

  /** Hands the buffer to the kernel. */
  write(): void {
    this.#writeBytes(this.#buffer.subarray(0, this.#buffered));
    this.#buffered = 0;
  }

  /** Hands the buffer to the kernel and waits until the device has it all. */
  sync(): void {
    this.write();
    this.#storage.syncData(this.#file);
  }

  /** As `sync`, settled when the device has answered. */
  async syncLater(): Promise<void> {
    this.write();
    await this.#storage.syncDataLater(this.#file);
  }

  /** Closes the file; what is in the buffer is dropped. */
  close(): void {
    this.#storage.close(this.#file);
  }

  /** A record larger than the whole buffer. */
  #writeAlone(record: RecordDraft, length: number): void {
    const bytes = new Uint8Array(length);
    encodeRecord({ bytes, at: 0, salt: this.#salt }, record);
    this.#writeBytes(bytes);
  }

  #writeBytes(bytes: Uint8Array): void {
    writeAll(this.#storage, this.#file, { bytes, position: this.#position });
    this.#position += bytes.length;
  }
}
