/* The dissector as an oracle. */

#ifndef TESTS_LIB_TSHARK_H
#define TESTS_LIB_TSHARK_H

#include <glib.h>

/* Runs tshark on a capture with all checksum checks on, and these further arguments (ends with
 * NULL); returns what it printed, owned. NULL: tshark is not installed, and the test was marked as
 * skipped. */
char *test_tshark(const char *capture, ...) G_GNUC_NULL_TERMINATED;

/* Fails if the dissector finds a frame malformed or a checksum bad. False: skipped. */
gboolean test_tshark_accepts(const char *capture);

#endif
