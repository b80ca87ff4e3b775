/* Protects: application bytes as values: slices and joins keep track of where in the stream a byte
 * belongs, and the pattern is the same however it is cut. */

#include "wire/payload.h"

#include <string.h>

static Payload pattern(uint64_t stream, uint64_t offset, uint32_t len_bytes)
{
    return (Payload){ .len_bytes = len_bytes, .stream = stream, .offset = offset };
}

static char *pattern_text(uint64_t stream, uint64_t offset, uint32_t len_bytes)
{
    char *text = g_malloc0(len_bytes + 1);
    payload_pattern(stream, offset, len_bytes, (uint8_t *)text);
    return text;
}

typedef struct Line {
    const char *label;
    uint64_t stream, offset;
    uint32_t len_bytes;
    const char *text;
} Line;

static const Line lines[] = {
    { "first", 1, 0, 64, "0000000000000000 stream 0000000000000001 abcdefghijklmnopqrstuv\n" },
    { "at-0x540", 1, 0x540, 64,
      "0000000000000540 stream 0000000000000001 abcdefghijklmnopqrstuv\n" },
    { "every-digit", UINT64_C(0xfedcba9876543210), UINT64_C(0x123456789abcdec0), 64,
      "123456789abcdec0 stream fedcba9876543210 abcdefghijklmnopqrstuv\n" },
    { "nothing", 1, 10, 0, "" },
    { "one-octet", 7, 39, 1, "7" },
    { "tail-and-head", 2, 0xfff, 18, "\n0000000000001000 " },
    { "last-page", 3, UINT64_C(0xffffffffffffffc0), 17, "ffffffffffffffc0 " },
};

static void test_line(gconstpointer data)
{
    const Line *row = data;
    g_autofree char *text = pattern_text(row->stream, row->offset, row->len_bytes);
    g_assert_cmpstr(text, ==, row->text);
}

/* A receiver may cut the stream anywhere: all cuts of the same range give the same octets. */
static void test_pattern_cuts(void)
{
    enum { TOTAL = 10000 };
    g_autofree char *whole = pattern_text(5, 0, TOTAL);
    for (uint32_t start = 0; start < TOTAL; start += 61) {
        for (uint32_t len_bytes = 0; start + len_bytes <= TOTAL; len_bytes += 997) {
            g_autofree char *part = pattern_text(5, start, len_bytes);
            g_assert_cmpmem(part, len_bytes, whole + start, len_bytes);
        }
    }
}

static void test_pattern_stays_inside(void)
{
    uint8_t bytes[200];
    for (uint32_t len_bytes = 0; len_bytes < 130; len_bytes++) {
        memset(bytes, 0xee, sizeof bytes);
        payload_pattern(1, 4090, len_bytes, bytes + 20);
        g_assert_cmphex(bytes[19], ==, 0xee);
        g_assert_cmphex(bytes[20 + len_bytes], ==, 0xee);
    }
}

static void test_slice_pattern(void)
{
    Payload all = pattern(3, 1000, 500);
    Payload part = payload_slice(&all, 100, 50);
    g_assert_cmpuint(part.stream, ==, 3);
    g_assert_cmpuint(part.offset, ==, 1100);
    g_assert_cmpuint(part.len_bytes, ==, 50);
    g_assert_null(part.bytes);
    payload_clear(&part);
    g_assert_cmpuint(part.len_bytes, ==, 0);
}

static void test_slice_literal(void)
{
    Payload all = payload_literal((const uint8_t *)"0123456789", 10);
    Payload middle = payload_slice(&all, 2, 6);
    Payload inner = payload_slice(&middle, 1, 3);
    payload_clear(&all);
    payload_clear(&middle);
    uint8_t octets[3];
    payload_write(&inner, octets);
    g_assert_cmpmem(octets, 3, "345", 3);
    g_assert_cmpmem(payload_bytes(&inner), 3, "345", 3);
    payload_clear(&inner);
}

static void test_slice_of_nothing_holds_no_reference(void)
{
    Payload all = payload_literal((const uint8_t *)"abc", 3);
    Payload none = payload_slice(&all, 3, 0);
    g_assert_null(none.bytes);
    g_assert_nonnull(payload_bytes(&none));
    payload_clear(&all);
}

static void test_append_pattern(void)
{
    Payload run = pattern(3, 1000, 500);
    Payload next = pattern(3, 1500, 10);
    g_assert_true(payload_append(&run, &next));
    g_assert_cmpuint(run.len_bytes, ==, 510);

    const Payload refused[] = {
        pattern(3, 1511, 10),             /* a gap */
        pattern(3, 1509, 10),             /* an overlap */
        pattern(4, 1510, 10),             /* another stream */
        pattern(3, 1510, UINT32_MAX - 5), /* longer than a payload can be */
    };
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_assert_false(payload_append(&run, &refused[i]));
        g_assert_cmpuint(run.len_bytes, ==, 510);
    }
}

static void test_append_literal(void)
{
    Payload all = payload_literal((const uint8_t *)"0123456789", 10);
    Payload run = { 0 };
    for (uint32_t at = 0; at < 10; at += 2) {
        Payload two = payload_slice(&all, at, 2);
        g_assert_true(payload_append(&run, &two));
        payload_clear(&two);
    }
    g_assert_true(payload_same_bytes(&run, &all));

    Payload other = payload_literal((const uint8_t *)"x", 1);
    g_assert_false(payload_append(&run, &other));
    Payload first = payload_slice(&all, 0, 2);
    g_assert_false(payload_append(&run, &first));
    Payload patterned = pattern(1, 0, 5);
    g_assert_false(payload_append(&run, &patterned));
    payload_clear(&first);
    payload_clear(&other);
    payload_clear(&run);
    payload_clear(&all);
}

static void test_append_literal_of_a_stream(void)
{
    Payload run = payload_literal((const uint8_t *)"0123456789", 10);
    run.stream = 9;
    run.offset = 100;
    Payload head = payload_slice(&run, 0, 4);
    Payload tail = payload_slice(&run, 4, 6);
    g_assert_cmpuint(tail.offset, ==, 104);
    g_assert_true(payload_append(&head, &tail));
    g_assert_true(payload_matches(&head, 9, 100));
    payload_clear(&head);
    payload_clear(&tail);
    payload_clear(&run);
}

static void test_append_nothing(void)
{
    Payload run = pattern(3, 0, 5);
    Payload none = { 0 };
    g_assert_true(payload_append(&run, &none));
    g_assert_cmpuint(run.len_bytes, ==, 5);
}

static void test_matches_by_identity(void)
{
    Payload run = pattern(3, 1000, 500);
    g_assert_true(payload_matches(&run, 3, 1000));
    g_assert_false(payload_matches(&run, 3, 1001));
    g_assert_false(payload_matches(&run, 2, 1000));
}

/* What came back from a wire as octets is compared with the pattern. */
static void test_matches_by_content(void)
{
    g_autofree char *text = pattern_text(3, 1000, 5000);
    Payload read = payload_literal((const uint8_t *)text, 5000);
    g_assert_true(payload_matches(&read, 3, 1000));
    g_assert_false(payload_matches(&read, 3, 1064));
    g_assert_false(payload_matches(&read, 4, 1000));
    payload_clear(&read);
    text[4999] ^= 1;
    read = payload_literal((const uint8_t *)text, 5000);
    g_assert_false(payload_matches(&read, 3, 1000));
    payload_clear(&read);
}

static void test_matches_nothing(void)
{
    Payload none = { 0 };
    g_assert_true(payload_matches(&none, 3, 1000));
}

static void test_same_bytes(void)
{
    g_autofree char *text = pattern_text(3, 1000, 200);
    Payload read = payload_literal((const uint8_t *)text, 200);
    Payload made = pattern(3, 1000, 200);
    Payload other = pattern(3, 1001, 200);
    Payload longer = pattern(3, 1000, 201);
    g_assert_true(payload_same_bytes(&read, &made));
    g_assert_true(payload_same_bytes(&made, &read));
    g_assert_true(payload_same_bytes(&made, &made));
    g_assert_true(payload_same_bytes(&read, &read));
    g_assert_false(payload_same_bytes(&read, &other));
    g_assert_false(payload_same_bytes(&made, &other));
    g_assert_false(payload_same_bytes(&made, &longer));
    payload_clear(&read);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *path = g_strdup_printf("/wire/payload/line/%s", lines[i].label);
        g_test_add_data_func(path, &lines[i], test_line);
    }
    g_test_add_func("/wire/payload/pattern-cuts", test_pattern_cuts);
    g_test_add_func("/wire/payload/pattern-stays-inside", test_pattern_stays_inside);
    g_test_add_func("/wire/payload/slice-pattern", test_slice_pattern);
    g_test_add_func("/wire/payload/slice-literal", test_slice_literal);
    g_test_add_func("/wire/payload/slice-of-nothing", test_slice_of_nothing_holds_no_reference);
    g_test_add_func("/wire/payload/append-pattern", test_append_pattern);
    g_test_add_func("/wire/payload/append-literal", test_append_literal);
    g_test_add_func("/wire/payload/append-literal-of-a-stream", test_append_literal_of_a_stream);
    g_test_add_func("/wire/payload/append-nothing", test_append_nothing);
    g_test_add_func("/wire/payload/matches-by-identity", test_matches_by_identity);
    g_test_add_func("/wire/payload/matches-by-content", test_matches_by_content);
    g_test_add_func("/wire/payload/matches-nothing", test_matches_nothing);
    g_test_add_func("/wire/payload/same-bytes", test_same_bytes);
    return g_test_run();
}
