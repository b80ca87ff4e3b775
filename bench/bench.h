/* What measurements share. Only bench/ may read a clock of the machine. */

#ifndef BENCH_BENCH_H
#define BENCH_BENCH_H

#include <stddef.h>
#include <stdint.h>

/* Processor time used so far: what other programs take from the machine is not in it. */
int64_t bench_now_ns(void);

/* The median of count > 0 values; sorts them. */
double bench_median(double *values, size_t count);

#endif
