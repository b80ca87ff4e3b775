/* Big-endian numbers in octets at any alignment. */

#ifndef WIRE_WIRE_BYTES_H
#define WIRE_WIRE_BYTES_H

#include <stdint.h>

static inline uint16_t wire_get16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}
static inline uint32_t wire_get32(const uint8_t *bytes)
{
    return (uint32_t)wire_get16(bytes) << 16 | wire_get16(bytes + 2);
}
static inline void wire_put16(uint8_t *bytes, uint16_t value)
{
    bytes[0] = (uint8_t)(value >> 8);
    bytes[1] = (uint8_t)value;
}
static inline void wire_put32(uint8_t *bytes, uint32_t value)
{
    wire_put16(bytes, (uint16_t)(value >> 16));
    wire_put16(bytes + 2, (uint16_t)value);
}

#endif
