#!/usr/bin/env python3
"""A store to start from, in Python: a journal of checked lines, each durable before it is answered.

Usage: journal.py write | journal.py recover    (docs/subject-protocol.md has the lines they speak)

The file `journal` begins with the number of its life; then each line is one operation, "CRC VALUE...".
A line's checksum goes on from that of the line before it, so that nothing an earlier life left on the
disk fits, and a batch, which is one line, is there whole or not at all. Opening writes what is sound
into a new file and renames it into place: what it reports is durable, whatever the last life left.

ACKPROOF_MODE is `sync`, or one of two mistakes: `no-fsync` leaves the journal to the kernel, and
`no-flush` syncs before Python's own buffer has reached the file.
"""
import errno
import os
import sys
import zlib

DIRECTORY = os.environ["ACKPROOF_DIR"]
MODE = os.environ.get("ACKPROOF_MODE", "sync")
PATH = os.path.join(DIRECTORY, "journal")


class Journal:
    def __init__(self):
        """Recovers: keeps the lines that are sound, in a file of a new life."""
        life, operations = read_journal()
        self.file = open(PATH + ".new", "w", encoding="ascii", newline="\n")
        self.check = 0
        self.write([str(life + 1)])
        for values in operations:
            self.write(values)
        self.sync(os.fsync)
        os.rename(PATH + ".new", PATH)
        names = os.open(DIRECTORY, os.O_RDONLY)
        os.fsync(names)
        os.close(names)
        self.values = [value for values in operations for value in values]
        self.failure = None

    def write(self, values):
        self.check = zlib.crc32(" ".join(values).encode("ascii"), self.check)
        self.file.write(f"{self.check:08x} {' '.join(values)}\n")

    def sync(self, fsync):
        self.file.flush()
        fsync(self.file.fileno())

    def put(self, values):
        self.write(values)
        if MODE == "no-flush":
            os.fsync(self.file.fileno())
        else:
            self.sync((lambda _: None) if MODE == "no-fsync" else os.fsync)


def read_journal():
    """The number of the last life, and its operations up to the first line that is not sound."""
    lines, check = [], 0
    if os.path.exists(PATH):
        with open(PATH, "rb") as file:
            for line in file:
                check = zlib.crc32(line[9:-1], check)
                if line[:9] != b"%08x " % check or line[-1:] != b"\n":
                    break
                lines.append(line[9:-1].decode("ascii").split(" "))
    return (int(lines[0][0]), lines[1:]) if lines else (0, [])


def answer(journal, number, kind, values):
    if kind not in ("append", "batch", "sync"):
        return f"err {number} UNSUPPORTED {kind}"
    try:
        if values and journal.failure is None:
            journal.put(values)
    except OSError as error:
        journal.failure = error  # What reached the disk is unknown: no line may follow it.
    if journal.failure is not None:
        return f"err {number} {errno.errorcode[journal.failure.errno]} {journal.failure.strerror}"
    return f"ack {number}"


def main():
    journal = Journal()
    if sys.argv[1] == "recover":
        print("\n".join(journal.values), end="\n" if journal.values else "")
        return
    for line in sys.stdin:
        number, kind, *values = line.split()
        print(answer(journal, number, kind, values), flush=True)
    journal.file.close()


if __name__ == "__main__":
    main()
