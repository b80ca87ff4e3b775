/* Octets written as text. */

#include "lib/hex.h"

#include <string.h>

GByteArray *test_hex(const char *text)
{
    GByteArray *bytes = g_byte_array_new();
    while (*text != '\0') {
        if (g_ascii_isspace(*text)) {
            text++;
            continue;
        }
        g_assert_true(g_ascii_isxdigit(text[0]) && g_ascii_isxdigit(text[1]));
        guint8 octet = (guint8)(g_ascii_xdigit_value(text[0]) << 4 | g_ascii_xdigit_value(text[1]));
        g_byte_array_append(bytes, &octet, 1);
        text += 2;
    }
    return bytes;
}

static char *to_hex(const guint8 *bytes, gsize len_bytes)
{
    GString *text = g_string_new(NULL);
    for (gsize i = 0; i < len_bytes; i++) {
        g_string_append_printf(text, "%02x", bytes[i]);
    }
    return g_string_free(text, FALSE);
}

void test_assert_bytes(const guint8 *actual, gsize actual_bytes, const GByteArray *expected)
{
    g_autofree char *actual_text = to_hex(actual, actual_bytes);
    g_autofree char *expected_text = to_hex(expected->data, expected->len);
    g_assert_cmpstr(actual_text, ==, expected_text);
}
