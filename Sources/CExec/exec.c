// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: the Cloister authors
// Part of Cloister, a sandbox execution daemon for Linux.
//
// The last step of a command's way into its session. The spawner, which parses nothing, has put this program where
// user code is, with the same rights and none more; the daemon says on descriptor 3 what is to be executed. What user
// code could do to it, it could do to the command.
//
// It reads a header of five words, little-endian: the version, the number of arguments, the number of variables, the
// bytes that follow, zero. Those bytes are strings, each ended by a NUL: the directory, the arguments, the variables.
// Where it fails it writes two words, the step and the errno, and ends.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum { EXEC_CONTROL = 3, EXEC_VERSION = 1, EXEC_MOST_STRINGS = 4096, EXEC_MOST_BYTES = 1 << 20 };
enum exec_step { EXEC_STEP_SPECIFICATION = 1, EXEC_STEP_DIRECTORY, EXEC_STEP_PROGRAM };

struct exec_header {
    uint32_t version, arguments, variables, bytes, zero;
};

// What the process was started with, and as many again.
enum { EXEC_MOST_INHERITED = 256 };

static char exec_text[EXEC_MOST_BYTES];
static char *exec_arguments[EXEC_MOST_STRINGS + 1];
static char *exec_environment[EXEC_MOST_INHERITED + EXEC_MOST_STRINGS + 1];

extern char **environ;

static _Noreturn void exec_fail(enum exec_step step, int number) {
    int32_t words[2] = {(int32_t)step, number};
    ssize_t written = write(EXEC_CONTROL, words, sizeof words);
    (void)written;
    _exit(number == ENOENT ? 127 : 126);
}

static void exec_read(void *target, size_t count) {
    char *place = target;
    while (count > 0) {
        ssize_t received = read(EXEC_CONTROL, place, count);
        if (received < 0 && errno == EINTR) continue;
        // Whoever started this has gone: there is nobody to tell.
        if (received <= 0) _exit(126);
        place += received;
        count -= (size_t)received;
    }
}

static void exec_read_specification(struct exec_header *header) {
    exec_read(header, sizeof *header);
    if (header->version != EXEC_VERSION || header->zero != 0 || header->bytes == 0 || header->arguments == 0)
        exec_fail(EXEC_STEP_SPECIFICATION, EINVAL);
    if (header->bytes > EXEC_MOST_BYTES || header->arguments > EXEC_MOST_STRINGS ||
        header->variables > EXEC_MOST_STRINGS - header->arguments)
        exec_fail(EXEC_STEP_SPECIFICATION, E2BIG);
    exec_read(exec_text, header->bytes);
    if (exec_text[header->bytes - 1] != '\0') exec_fail(EXEC_STEP_SPECIFICATION, EINVAL);
}

// The next string, or the end of the process if there is none.
static char *exec_next(char **place, const char *end) {
    char *string = *place;
    if (string >= end) exec_fail(EXEC_STEP_SPECIFICATION, EINVAL);
    *place = string + strlen(string) + 1;
    return string;
}

static size_t exec_name_length(const char *variable) {
    const char *end = strchr(variable, '=');
    return end == NULL ? strlen(variable) : (size_t)(end - variable);
}

// A variable takes the place of the one with its name.
static void exec_set(char *variable, size_t *count) {
    size_t length = exec_name_length(variable), place = 0;
    while (place < *count && (exec_name_length(exec_environment[place]) != length ||
                              memcmp(exec_environment[place], variable, length) != 0))
        place++;
    exec_environment[place] = variable;
    if (place == *count) *count += 1;
}

static const char *exec_parse(const struct exec_header *header) {
    char *place = exec_text;
    const char *end = exec_text + header->bytes;
    const char *directory = exec_next(&place, end);
    size_t count = 0;
    for (uint32_t index = 0; index < header->arguments; index++) exec_arguments[index] = exec_next(&place, end);
    for (char **own = environ; *own != NULL && count < EXEC_MOST_INHERITED; own++) exec_environment[count++] = *own;
    for (uint32_t index = 0; index < header->variables; index++) exec_set(exec_next(&place, end), &count);
    if (place != end) exec_fail(EXEC_STEP_SPECIFICATION, EINVAL);
    return directory;
}

int main(void) {
    struct exec_header header;
    if (fcntl(EXEC_CONTROL, F_SETFD, FD_CLOEXEC) < 0) return 126;
    exec_read_specification(&header);
    const char *directory = exec_parse(&header);
    if (chdir(directory) < 0) exec_fail(EXEC_STEP_DIRECTORY, errno);
    // The command's own PATH is the one that is searched.
    environ = exec_environment;
    execvp(exec_arguments[0], exec_arguments);
    exec_fail(EXEC_STEP_PROGRAM, errno);
}
