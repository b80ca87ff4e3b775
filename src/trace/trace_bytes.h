/* Little-endian numbers, one after the other: the fields of capture files. Each returns the place
 * behind. */

#ifndef TRACE_TRACE_BYTES_H
#define TRACE_TRACE_BYTES_H

#include <glib.h>
#include <stdint.h>
#include <string.h>

static inline uint8_t *trace_put16(uint8_t *at, uint16_t number)
{
    number = GUINT16_TO_LE(number);
    memcpy(at, &number, sizeof number);
    return at + sizeof number;
}
static inline uint8_t *trace_put32(uint8_t *at, uint32_t number)
{
    number = GUINT32_TO_LE(number);
    memcpy(at, &number, sizeof number);
    return at + sizeof number;
}
static inline uint8_t *trace_put64(uint8_t *at, uint64_t number)
{
    number = GUINT64_TO_LE(number);
    memcpy(at, &number, sizeof number);
    return at + sizeof number;
}

#endif
