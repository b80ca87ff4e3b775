#include "bench/bench.h"

#include <stdlib.h>
#include <time.h>

int64_t bench_now_ns(void)
{
    return (int64_t)clock() * (INT64_C(1000000000) / CLOCKS_PER_SEC);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_doubles);
    size_t middle = count / 2;
    return count % 2 != 0 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}
