/* Application bytes as values, and the pattern that stands for most of them. */

#include "wire/payload.h"

#include <string.h>

#define PAGE_BYTES 4096 /* lines of one page differ in two digits only */

/* `0000000000000540 stream 0000000000000001 abcdefghijklmnopqrstuv\n`: offset, stream, and letters
 * that show the place within the line. */
enum { AT_OFFSET = 0, AT_STREAM = 24, AT_PAGE_DIGITS = 13 };
static const char line_form[PAYLOAD_LINE_BYTES + 1] =
    "................ stream ................ abcdefghijklmnopqrstuv\n";

static const char hex_digits[16] = "0123456789abcdef";

static void put_hex(uint8_t *out_digits, uint64_t number)
{
    for (int i = 15; i >= 0; i--, number >>= 4) {
        out_digits[i] = (uint8_t)hex_digits[number & 15];
    }
}

/* Finishes a copy of the page's first line, making it the line at `offset`. */
static inline void put_page_digits(uint8_t *line, uint64_t offset)
{
    line[AT_PAGE_DIGITS] = (uint8_t)hex_digits[offset >> 8 & 15];
    line[AT_PAGE_DIGITS + 1] = (uint8_t)hex_digits[offset >> 4 & 15];
}

/* Part of one line; skip + len <= PAYLOAD_LINE_BYTES. */
static void put_part(const uint8_t *page_line, uint64_t line_at, uint32_t skip_bytes,
                     uint32_t len_bytes, uint8_t *out_bytes)
{
    uint8_t line[PAYLOAD_LINE_BYTES];
    memcpy(line, page_line, sizeof line);
    put_page_digits(line, line_at);
    memcpy(out_bytes, line + skip_bytes, len_bytes);
}

void payload_pattern(uint64_t stream, uint64_t offset, uint32_t len_bytes, uint8_t *out_bytes)
{
    uint8_t page_line[PAYLOAD_LINE_BYTES];
    memcpy(page_line, line_form, sizeof page_line);
    put_hex(page_line + AT_STREAM, stream);
    put_hex(page_line + AT_OFFSET, offset & ~(uint64_t)(PAGE_BYTES - 1));

    uint32_t skip_bytes = offset % PAYLOAD_LINE_BYTES;
    uint64_t at = offset - skip_bytes;
    if (skip_bytes != 0) {
        uint32_t first_bytes = MIN(len_bytes, PAYLOAD_LINE_BYTES - skip_bytes);
        put_part(page_line, at, skip_bytes, first_bytes, out_bytes);
        out_bytes += first_bytes;
        len_bytes -= first_bytes;
        at += PAYLOAD_LINE_BYTES;
    }
    for (; len_bytes > 0; at += PAYLOAD_LINE_BYTES) {
        if (at % PAGE_BYTES == 0) {
            put_hex(page_line + AT_OFFSET, at);
        }
        if (len_bytes < PAYLOAD_LINE_BYTES) {
            put_part(page_line, at, 0, len_bytes, out_bytes);
            break;
        }
        memcpy(out_bytes, page_line, PAYLOAD_LINE_BYTES);
        put_page_digits(out_bytes, at);
        out_bytes += PAYLOAD_LINE_BYTES;
        len_bytes -= PAYLOAD_LINE_BYTES;
    }
}

Payload payload_literal(const uint8_t *bytes, uint32_t len_bytes)
{
    return (Payload){ .len_bytes = len_bytes,
                      .bytes = len_bytes != 0 ? g_bytes_new(bytes, len_bytes) : NULL };
}

const uint8_t *payload_bytes(const Payload *payload)
{
    if (payload->bytes == NULL) {
        g_assert(payload->len_bytes == 0);
        return (const uint8_t *)"";
    }
    return (const uint8_t *)g_bytes_get_data(payload->bytes, NULL) + payload->bytes_start;
}

Payload payload_slice(const Payload *payload, uint32_t skip_bytes, uint32_t len_bytes)
{
    g_assert(skip_bytes <= payload->len_bytes && len_bytes <= payload->len_bytes - skip_bytes);
    if (len_bytes == 0) {
        return (Payload){ 0 };
    }
    Payload slice = *payload;
    slice.len_bytes = len_bytes;
    if (slice.stream != 0) {
        slice.offset += skip_bytes;
    }
    if (slice.bytes != NULL) {
        slice.bytes_start += skip_bytes;
        g_bytes_ref(slice.bytes);
    }
    return slice;
}

bool payload_append(Payload *payload, const Payload *more)
{
    if (more->len_bytes == 0) {
        return true;
    }
    if (payload->len_bytes == 0 && payload->bytes == NULL) {
        *payload = payload_slice(more, 0, more->len_bytes);
        return true;
    }
    uint64_t next_offset = payload->stream != 0 ? payload->offset + payload->len_bytes : 0;
    if (more->stream != payload->stream || more->offset != next_offset ||
        more->bytes != payload->bytes || more->len_bytes > UINT32_MAX - payload->len_bytes) {
        return false;
    }
    if (more->bytes != NULL && more->bytes_start != payload->bytes_start + payload->len_bytes) {
        return false;
    }
    payload->len_bytes += more->len_bytes;
    return true;
}

void payload_write(const Payload *payload, uint8_t *out_bytes)
{
    if (payload->bytes == NULL) {
        payload_pattern(payload->stream, payload->offset, payload->len_bytes, out_bytes);
    } else {
        memcpy(out_bytes, payload_bytes(payload), payload->len_bytes);
    }
}

static bool content_matches(const uint8_t *bytes, uint32_t len_bytes, uint64_t stream,
                            uint64_t offset)
{
    uint8_t expected[1024];
    while (len_bytes > 0) {
        uint32_t part_bytes = MIN(len_bytes, (uint32_t)sizeof expected);
        payload_pattern(stream, offset, part_bytes, expected);
        if (memcmp(bytes, expected, part_bytes) != 0) {
            return false;
        }
        bytes += part_bytes;
        offset += part_bytes;
        len_bytes -= part_bytes;
    }
    return true;
}

bool payload_matches(const Payload *payload, uint64_t stream, uint64_t offset)
{
    if (payload->len_bytes == 0) {
        return true;
    }
    if (payload->stream != 0) {
        return payload->stream == stream && payload->offset == offset;
    }
    return payload->bytes != NULL &&
           content_matches(payload_bytes(payload), payload->len_bytes, stream, offset);
}

bool payload_same_bytes(const Payload *a, const Payload *b)
{
    if (a->len_bytes != b->len_bytes) {
        return false;
    }
    if (a->bytes == NULL && b->bytes == NULL) {
        return a->len_bytes == 0 || (a->stream == b->stream && a->offset == b->offset);
    }
    if (a->bytes == NULL) {
        return content_matches(payload_bytes(b), b->len_bytes, a->stream, a->offset);
    }
    if (b->bytes == NULL) {
        return content_matches(payload_bytes(a), a->len_bytes, b->stream, b->offset);
    }
    return memcmp(payload_bytes(a), payload_bytes(b), a->len_bytes) == 0;
}
