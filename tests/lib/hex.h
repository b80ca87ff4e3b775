/* Octets written as text: the literal bytes of a test. */

#ifndef TESTS_LIB_HEX_H
#define TESTS_LIB_HEX_H

#include <glib.h>

/* The octets of pairs of hex digits; blanks between pairs do not count. Returned owned. */
GByteArray *test_hex(const char *text);

/* Fails with both sides printed as hex if they differ. */
void test_assert_bytes(const guint8 *actual, gsize actual_bytes, const GByteArray *expected);

#endif
