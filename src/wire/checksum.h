/* The Internet checksum (RFC 1071): one's complement sum of 16-bit words. */

#ifndef WIRE_CHECKSUM_H
#define WIRE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "wire/addr.h"

/* Adds bytes to a running sum that starts at an even offset; the sum stays unfolded. */
uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t len_bytes);
/* The pseudo-header of the addresses' family (RFC 9293 section 3.1, RFC 8200 section 8.1). */
uint64_t checksum_add_pseudo(uint64_t sum, InetAddr src, InetAddr dst, uint8_t protocol,
                             uint32_t len_bytes);
/* Folds and complements; the value to be stored big-endian. */
uint16_t checksum_finish(uint64_t sum);

#endif
