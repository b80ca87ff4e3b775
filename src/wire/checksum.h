/* The Internet checksum (RFC 1071): one's complement sum of 16-bit words. */

#ifndef WIRE_CHECKSUM_H
#define WIRE_CHECKSUM_H

#include <stddef.h>
#include <stdint.h>

#include "wire/addr.h"

/* Adds bytes to a running sum that starts at an even offset; the sum stays unfolded. An odd last
 * octet counts as the high half of a word, so only the last call of a sum may have one. */
uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t len_bytes);
/* The pseudo-header of the addresses' family (RFC 9293 section 3.1, RFC 8200 section 8.1). */
uint64_t checksum_add_pseudo(uint64_t sum, InetAddr src, InetAddr dst, uint8_t protocol,
                             uint32_t len_bytes);
/* Folds and complements; the value to be stored big-endian. Over octets whose own checksum is in
 * place and right it gives 0. */
uint16_t checksum_finish(uint64_t sum);
/* The checksum after one of the words it covers changed (RFC 1624 equation 3). */
uint16_t checksum_update(uint16_t checksum, uint16_t old_word, uint16_t new_word);

#endif
