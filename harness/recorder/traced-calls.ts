// The system calls that the recorder watches, each with what it is watched for.

const NAMES: readonly string[] = [
  // Opens make files (O_CREAT, O_TMPFILE) and cut them (O_TRUNC).
  "open",
  "openat",
  "openat2",
  "creat",
  "mknod",
  "mknodat",
  "mkdir",
  "mkdirat",
  "rmdir",
  "unlink",
  "unlinkat",
  "link",
  "linkat",
  "symlink",
  "symlinkat",
  "rename",
  "renameat",
  "renameat2",
];

const DATA: readonly string[] = [
  "write",
  "pwrite64",
  "writev",
  "pwritev",
  "pwritev2",
  "truncate",
  "ftruncate",
  "fallocate",
  "copy_file_range",
  "sendfile",
  "splice",
  // FICLONE and FICLONERANGE write; FIOCLEX and FIONCLEX change what an exec keeps.
  "ioctl",
  // A writable shared mapping writes without a call.
  "mmap",
  "mremap",
  "mprotect",
  "pkey_mprotect",
  "munmap",
  // Answers may leave by a socket.
  "sendto",
];

const SYNCS: readonly string[] = [
  "fsync",
  "fdatasync",
  "sync",
  "syncfs",
  "sync_file_range",
  "msync",
];

/** They tell which file a number stands for, and where in it. */
const DESCRIPTORS: readonly string[] = [
  // They move the offset. Of their bytes only the number counts.
  "read",
  "readv",
  "preadv2",
  "recvfrom",
  "lseek",
  "close",
  "close_range",
  "dup",
  "dup2",
  "dup3",
  "fcntl",
  "pipe",
  "pipe2",
  "socketpair",
  "memfd_create",
  // Descriptors that travel between processes (SCM_RIGHTS).
  "sendmsg",
  "sendmmsg",
  "recvmsg",
  "recvmmsg",
];

/** They tell who shares descriptors, memory and the directory that relative paths start from. */
const PROCESSES: readonly string[] = [
  "clone",
  "clone3",
  "fork",
  "vfork",
  "execve",
  "execveat",
  "chdir",
  "fchdir",
  "unshare",
];

/** What they do to files a trace cannot show: a recording with one of them may be of no use. */
const OUT_OF_SIGHT: readonly string[] = [
  "io_uring_setup",
  "io_submit",
  "vmsplice",
  "open_by_handle_at",
  "pidfd_getfd",
  "process_vm_writev",
  "remap_file_pages",
  "chroot",
  "pivot_root",
  "mount",
  "move_mount",
  "setns",
];

/** Every watched call. A system that lacks one of them can still be traced. */
export const tracedCalls: readonly string[] = [
  ...NAMES,
  ...DATA,
  ...SYNCS,
  ...DESCRIPTORS,
  ...PROCESSES,
  ...OUT_OF_SIGHT,
];

/**
 * Calls whose arguments come as bare numbers, the descriptor first: what they read is of no
 * interest, and printing it would make each read as dear as a write.
 */
export const rawCalls: readonly string[] = ["read", "readv", "preadv2", "recvfrom"];
