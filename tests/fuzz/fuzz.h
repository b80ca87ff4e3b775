/* What every fuzzer defines, as libFuzzer and fuzz_replay.c call it. */

#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Feeds one input to the parser under test; a bug is a failed assertion or a sanitizer's report.
 * Returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
