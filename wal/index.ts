// The public face of the log: `ackproof/wal`.
export { type ConnectedWal, type ConnectOptions, connectWal } from "./connect-wal.ts";
export type { GroupWal } from "./group-wal.ts";
export type { Lsn } from "./lsn.ts";
export { nodeStorage } from "./node-storage.ts";
export { openWal } from "./open-wal.ts";
export type { GroupOptions, SyncMode, WalOptions, WalPorts, WalTimer } from "./options.ts";
export { type Recovery, type RecoveryReport, recover, type WalRecord } from "./recover.ts";
export type { CutTail } from "./repair.ts";
export { shareWal } from "./share-wal.ts";
export type { FileId, OpenMode, Storage } from "./storage.ts";
export type { Wal } from "./wal.ts";
export { type DamagePlace, WalError, type WalErrorCode } from "./wal-error.ts";
