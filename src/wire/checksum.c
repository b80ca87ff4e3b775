/* The Internet checksum, eight octets at a time.
 *
 * RFC 1071 section 2: the one's complement sum does not depend on the order of the words, may be
 * taken over wider words and folded afterwards, and taken in either byte order gives the same
 * result but for a final swap. So octets are added in the machine's own order and the swap is paid
 * once. */

#include "wire/checksum.h"

#include <glib.h>
#include <string.h>

static inline uint64_t load64(const uint8_t *bytes)
{
    uint64_t word;
    memcpy(&word, bytes, sizeof word);
    return word;
}

static inline uint64_t halves(uint64_t word)
{
    return (word >> 32) + (uint32_t)word;
}

static uint16_t fold(uint64_t sum)
{
    sum = halves(sum);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    sum = (sum >> 16) + (sum & 0xffff);
    return (uint16_t)sum;
}

/* The last octets, fewer than eight, as the start of a word that is zero from there on. */
static uint64_t load_rest(const uint8_t *bytes, size_t len_bytes)
{
    uint8_t padded[8] = { 0 };
    memcpy(padded, bytes, len_bytes);
    return load64(padded);
}

/* Four sums, so that no addition waits for the one before. */
static uint64_t add_native(const uint8_t *bytes, size_t len_bytes)
{
    uint64_t sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
    for (; len_bytes >= 32; bytes += 32, len_bytes -= 32) {
        sum0 += halves(load64(bytes));
        sum1 += halves(load64(bytes + 8));
        sum2 += halves(load64(bytes + 16));
        sum3 += halves(load64(bytes + 24));
    }
    for (; len_bytes >= 8; bytes += 8, len_bytes -= 8) {
        sum0 += halves(load64(bytes));
    }
    return sum0 + sum1 + sum2 + sum3 + halves(load_rest(bytes, len_bytes));
}

uint64_t checksum_add(uint64_t sum, const uint8_t *bytes, size_t len_bytes)
{
    return sum + GUINT16_FROM_BE(fold(add_native(bytes, len_bytes)));
}

uint64_t checksum_add_pseudo(uint64_t sum, InetAddr src, InetAddr dst, uint8_t protocol,
                             uint32_t len_bytes)
{
    sum += (uint64_t)protocol + len_bytes;
    if (inet_addr_family(src) == INET_FAMILY_IPV6) {
        sum += halves(src.hi) + halves(src.lo) + halves(dst.hi) + halves(dst.lo);
    } else {
        sum += (uint64_t)inet_addr_to_v4(src) + inet_addr_to_v4(dst);
    }
    return sum;
}

uint16_t checksum_finish(uint64_t sum)
{
    return (uint16_t)~fold(sum);
}

uint16_t checksum_update(uint16_t checksum, uint16_t old_word, uint16_t new_word)
{
    return (uint16_t)~fold((uint64_t)(uint16_t)~checksum + (uint16_t)~old_word + new_word);
}
