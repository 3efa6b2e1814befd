/* A store to start from, in C: a journal of checked lines, each durable before it is answered.
 *
 * Usage: journal write | journal recover    (docs/subject-protocol.md has the lines they speak)
 *
 * The same file as journal.py: first the number of its life, then a line an operation, "CRC VALUE...",
 * whose checksum goes on from that of the line before it. A batch is one line: whole or not at all.
 * ACKPROOF_MODE is `sync`, or a mistake: `no-fsync`, or `no-flush` (syncs before stdio has written).
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static FILE *journal;
static uint32_t check;
static const char *mode;
static int failure; /* What a failed write left on the disk is unknown: no line may follow it. */

static void need(int done, const char *what) {
    if (done) return;
    perror(what);
    exit(1);
}

static uint32_t crc32(uint32_t crc, const char *text, size_t length) {
    crc = ~crc;
    for (size_t i = 0; i < length; i++) {
        crc ^= (unsigned char)text[i];
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

static int put_line(const char *values) {
    check = crc32(check, values, strlen(values));
    return fprintf(journal, "%08x %s\n", (unsigned)check, values) > 0;
}

static int make_durable(void) { return fflush(journal) == 0 && fsync(fileno(journal)) == 0; }

static int put(const char *values) {
    if (failure || !put_line(values)) return 0;
    if (strcmp(mode, "no-fsync") == 0) return fflush(journal) == 0;
    if (strcmp(mode, "no-flush") == 0) return fsync(fileno(journal)) == 0;
    return make_durable();
}

/* The lines of the old journal, each without its checksum, up to the first that is not sound. */
static char **read_lines(size_t *count) {
    char **lines = NULL, *line = NULL;
    size_t size = 0;
    ssize_t length;
    uint32_t sum = 0;
    FILE *old = fopen("journal", "r");
    need(old != NULL || errno == ENOENT, "journal");
    for (*count = 0; old && (length = getline(&line, &size, old)) > 9 && line[length - 1] == '\n'; ++*count) {
        char wanted[16];
        sum = crc32(sum, line + 9, (size_t)length - 10);
        snprintf(wanted, sizeof wanted, "%08x ", (unsigned)sum);
        line[length - 1] = 0;
        if (memcmp(line, wanted, 9) != 0) break;
        need((lines = realloc(lines, (*count + 1) * sizeof *lines)) != NULL, "memory");
        need((lines[*count] = strdup(line + 9)) != NULL, "memory");
    }
    free(line);
    if (old) fclose(old);
    return lines;
}

/* Recovers: writes what is sound into a new file of a new life, and makes it and its name durable. */
static void open_journal(int print) {
    size_t count;
    char life[32], **lines = read_lines(&count);
    need((journal = fopen("journal.new", "w")) != NULL, "journal.new");
    snprintf(life, sizeof life, "%ld", (count ? atol(lines[0]) : 0) + 1);
    need(put_line(life), "journal.new");
    for (size_t i = 1; i < count; i++) need(put_line(lines[i]), "journal.new");
    need(make_durable() && rename("journal.new", "journal") == 0, "journal.new");
    int names = open(".", O_RDONLY);
    need(names >= 0 && fsync(names) == 0 && close(names) == 0, "the directory");
    for (size_t i = 1; print && i < count; i++)
        for (char *value = strtok(lines[i], " "); value; value = strtok(NULL, " ")) puts(value);
}

static void answer(char *line) {
    char kind[16] = "";
    int number = -1, at = 0;
    line[strcspn(line, "\n")] = 0;
    sscanf(line, "%d %15s %n", &number, kind, &at);
    if (strcmp(kind, "append") != 0 && strcmp(kind, "batch") != 0 && strcmp(kind, "sync") != 0)
        printf("err %d UNSUPPORTED %s\n", number, kind);
    else {
        if (line[at] && !put(line + at) && !failure) failure = errno;
        if (failure) printf("err %d E%d %s\n", number, failure, strerror(failure));
        else printf("ack %d\n", number);
    }
    need(fflush(stdout) == 0, "stdout");
}

int main(int count, char **arguments) {
    const char *directory = getenv("ACKPROOF_DIR");
    char *line = NULL;
    size_t size = 0;
    mode = getenv("ACKPROOF_MODE") ? getenv("ACKPROOF_MODE") : "sync";
    need(count == 2 && directory != NULL && chdir(directory) == 0, "ACKPROOF_DIR");
    int recover = strcmp(arguments[1], "recover") == 0;
    open_journal(recover);
    while (!recover && getline(&line, &size, stdin) > 0) answer(line);
    need(fclose(journal) == 0 && fflush(stdout) == 0, "journal");
    return 0;
}
