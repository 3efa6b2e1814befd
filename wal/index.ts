// The public face of the log: `ackproof/wal`.
export type { Lsn } from "./lsn.ts";
export { nodeStorage } from "./node-storage.ts";
export { openWal } from "./open-wal.ts";
export type { SyncMode, WalOptions, WalPorts } from "./options.ts";
export { type Recovery, type RecoveryReport, recover, type WalRecord } from "./recover.ts";
export type { CutTail } from "./repair.ts";
export type { FileId, OpenMode, Storage } from "./storage.ts";
export type { Wal } from "./wal.ts";
export { type DamagePlace, WalError, type WalErrorCode } from "./wal-error.ts";
