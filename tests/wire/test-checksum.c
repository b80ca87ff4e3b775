/* Protects: the Internet checksum, whatever the alignment, length and byte order of the machine. */

#include "wire/checksum.h"

#include <glib.h>
#include <string.h>

/* Word by word, as RFC 1071 section 1 defines it. */
static uint16_t checksum_by_definition(const uint8_t *bytes, size_t len_bytes)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < len_bytes; i++) {
        sum += i % 2 == 0 ? (uint32_t)bytes[i] << 8 : bytes[i];
        sum = (sum >> 16) + (sum & 0xffff);
    }
    return (uint16_t)~sum;
}

typedef struct Known {
    const char *label;
    uint8_t bytes[40];
    size_t len_bytes;
    uint16_t checksum;
} Known;

static const Known known_sums[] = {
    { "rfc-1071-section-3", { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7 }, 8, 0x220d },
    { "nothing", { 0 }, 0, 0xffff },
    { "zeros", { 0 }, 40, 0xffff },
    { "ones", { 0xff, 0xff, 0xff, 0xff }, 4, 0x0000 },
    { "one-octet", { 0xab }, 1, 0x54ff },
    { "odd", { 0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6 }, 7, 0x2304 },
    { "carry-twice", { 0xff, 0xff, 0x00, 0x01, 0xff, 0xff }, 6, 0xfffe },
    { "ipv4-header-in-place",
      { 0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
        0xb8, 0x61, 0xc0, 0xa8, 0x00, 0x01, 0xc0, 0xa8, 0x00, 0xc7 },
      20,
      0x0000 },
};

static void test_known(gconstpointer data)
{
    const Known *row = data;
    g_assert_cmphex(checksum_finish(checksum_add(0, row->bytes, row->len_bytes)), ==,
                    row->checksum);
    g_assert_cmphex(checksum_by_definition(row->bytes, row->len_bytes), ==, row->checksum);
}

static void test_lengths_and_alignments(void)
{
    uint8_t bytes[300];
    uint32_t state = 1;
    for (size_t i = 0; i < sizeof bytes; i++) {
        state = state * 1664525 + 1013904223;
        bytes[i] = (uint8_t)(state >> 24);
    }
    for (size_t start = 0; start < 16; start++) {
        for (size_t len_bytes = 0; start + len_bytes <= sizeof bytes; len_bytes++) {
            g_assert_cmphex(checksum_finish(checksum_add(0, bytes + start, len_bytes)), ==,
                            checksum_by_definition(bytes + start, len_bytes));
        }
    }
}

static void test_parts(void)
{
    uint8_t bytes[66];
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 37 + 200);
    }
    uint16_t whole = checksum_finish(checksum_add(0, bytes, sizeof bytes));
    for (size_t cut = 0; cut <= sizeof bytes; cut += 2) {
        uint64_t sum = checksum_add(0, bytes, cut);
        sum = checksum_add(sum, bytes + cut, sizeof bytes - cut);
        g_assert_cmphex(checksum_finish(sum), ==, whole);
    }
}

/* 64 KiB of ones: the largest sum there is must not overflow before it is folded. */
static void test_largest(void)
{
    g_autofree uint8_t *bytes = g_malloc(65535);
    memset(bytes, 0xff, 65535);
    g_assert_cmphex(checksum_finish(checksum_add(0, bytes, 65534)), ==, 0);
    g_assert_cmphex(checksum_finish(checksum_add(0, bytes, 65535)), ==,
                    checksum_by_definition(bytes, 65535));
}

static void test_pseudo_ipv4(void)
{
    /* 192.0.2.1 to 198.51.100.200, TCP, 20 octets. */
    const uint8_t header[] = { 192, 0, 2, 1, 198, 51, 100, 200, 0, 6, 0, 20 };
    uint64_t sum =
        checksum_add_pseudo(0, inet_addr_v4(0xc0000201), inet_addr_v4(0xc63364c8), 6, 20);
    g_assert_cmphex(checksum_finish(sum), ==, checksum_by_definition(header, sizeof header));
}

static void test_pseudo_ipv6(void)
{
    /* RFC 8200 section 8.1: addresses, 32-bit length, three zeros, next header. */
    const uint8_t header[] = {
        0x20, 0x01, 0x0d, 0xb8, 0xff, 0xff, 0,    1,    0xfe, 0xdc, 0, 0,  0, 0,
        0,    1,    0x20, 0x01, 0x0d, 0xb8, 0,    0,    0,    2,    0, 0,  0, 0,
        0,    0,    0xab, 0xcd, 0x00, 0x01, 0x86, 0xa0, 0,    0,    0, 17,
    };
    InetAddr src, dst;
    g_assert_true(inet_addr_parse("2001:db8:ffff:1:fedc::1", &src));
    g_assert_true(inet_addr_parse("2001:db8:0:2::abcd", &dst));
    g_assert_cmphex(checksum_finish(checksum_add_pseudo(0, src, dst, 17, 100000)), ==,
                    checksum_by_definition(header, sizeof header));
}

typedef struct Update {
    const char *label;
    uint16_t checksum, old_word, new_word, updated;
} Update;

static const Update updates[] = {
    /* RFC 1624 section 4: equation 2 of RFC 1141 would give ffff. */
    { "rfc-1624-section-4", 0xdd2f, 0x5555, 0x3285, 0x0000 },
    { "ttl-minus-one", 0xb861, 0x4011, 0x3f11, 0xb961 },
    { "no-change", 0xb861, 0x4011, 0x4011, 0xb861 },
    { "to-zero", 0x1234, 0x0001, 0x0000, 0x1235 },
};

static void test_update(gconstpointer data)
{
    const Update *row = data;
    g_assert_cmphex(checksum_update(row->checksum, row->old_word, row->new_word), ==, row->updated);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(known_sums); i++) {
        g_autofree char *path = g_strdup_printf("/wire/checksum/known/%s", known_sums[i].label);
        g_test_add_data_func(path, &known_sums[i], test_known);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(updates); i++) {
        g_autofree char *path = g_strdup_printf("/wire/checksum/update/%s", updates[i].label);
        g_test_add_data_func(path, &updates[i], test_update);
    }
    g_test_add_func("/wire/checksum/lengths-and-alignments", test_lengths_and_alignments);
    g_test_add_func("/wire/checksum/parts", test_parts);
    g_test_add_func("/wire/checksum/largest", test_largest);
    g_test_add_func("/wire/checksum/pseudo-ipv4", test_pseudo_ipv4);
    g_test_add_func("/wire/checksum/pseudo-ipv6", test_pseudo_ipv6);
    return g_test_run();
}
