/* A run of application bytes, as a value.
 *
 * Every byte that a program sends belongs to a stream and has an offset in it; a receiver checks in
 * every run that the next bytes it gets are the expected (stream, offset) range. Most bytes are a
 * pattern that is a pure function of (stream, offset) and are made only when somebody looks;
 * literal bytes are shared, immutable GBytes. The pattern is printable: 64-byte lines that begin
 * with their own offset in hex and the stream's number, so a hex dump shows where in the stream a
 * byte belongs. */

#ifndef WIRE_PAYLOAD_H
#define WIRE_PAYLOAD_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Payload {
    uint32_t len_bytes;
    uint32_t bytes_start; /* first byte within `bytes` */
    uint64_t stream; /* 0 only when len_bytes is 0 or the origin is unknown (parsed raw bytes) */
    uint64_t offset; /* of the first byte in the stream */
    GBytes *bytes;   /* literal bytes, one reference owned; NULL: the pattern */
} Payload;

#define PAYLOAD_LINE_BYTES 64

/* Literal bytes of unknown origin, copied. */
Payload payload_literal(const uint8_t *bytes, uint32_t len_bytes);
/* Another reference to bytes [skip, skip + len) of it; the result is owned by the caller. */
Payload payload_slice(const Payload *payload, uint32_t skip_bytes, uint32_t len_bytes);
/* Gives back the reference and empties it. */
static inline void payload_clear(Payload *payload)
{
    if (G_UNLIKELY(payload->bytes != NULL)) {
        g_bytes_unref(payload->bytes);
    }
    *payload = (Payload){ 0 };
}
/* Appends `more` if it directly continues the same pattern or the same GBytes; false: nothing
 * changed. `more` keeps its own reference. */
bool payload_append(Payload *payload, const Payload *more);
/* Writes len_bytes octets. */
void payload_write(const Payload *payload, uint8_t *out_bytes);
/* The octets of a payload that is literal or empty: borrowed, as long as the payload lives; never
 * NULL. */
const uint8_t *payload_bytes(const Payload *payload);
/* Writes the pattern of (stream, offset...). */
void payload_pattern(uint64_t stream, uint64_t offset, uint32_t len_bytes, uint8_t *out_bytes);
/* Whether the bytes are those of `stream` at `offset`: by (stream, offset) where they carry one, by
 * content against the pattern where they come from a raw packet. */
bool payload_matches(const Payload *payload, uint64_t stream, uint64_t offset);
/* Whether two payloads are the same octets, wherever they come from. */
bool payload_same_bytes(const Payload *a, const Payload *b);

#endif
