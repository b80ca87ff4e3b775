/* What two flows have in common: the greedy algorithm of E. W. Myers, "An O(ND) Difference
 * Algorithm and Its Variations", Algorithmica 1 (1986). */

#include "compare/flow.h"

/* Beyond so many segments on one side only, the flows are simply different. */
#define MOST_ALONE 6000

typedef struct Sides {
    const Flow *a, *b;
    int a_len, b_len;
    unsigned parts;
} Sides;

/* From there on along both flows, as far as they are the same; the place in a. */
static int follow(const Sides *sides, int a, int b)
{
    while (a < sides->a_len && b < sides->b_len &&
           flow_segments_equal(flow_segment(sides->a, (guint)a), flow_segment(sides->b, (guint)b),
                               sides->parts)) {
        a++;
        b++;
    }
    return a;
}

/* How many segments stand on one side only; -1: too many. reach[k] is how far into a one gets on
 * the diagonal k = a - b; it has room for k from -(most + 1) to most + 1. */
static int count_alone(const Sides *sides, int *reach, int most)
{
    reach[1] = 0;
    for (int alone = 0; alone <= most; alone++) {
        for (int k = -alone; k <= alone; k += 2) {
            bool from_b = k == -alone || (k != alone && reach[k - 1] < reach[k + 1]);
            int a = from_b ? reach[k + 1] : reach[k - 1] + 1;
            reach[k] = follow(sides, a, a - k);
            if (reach[k] >= sides->a_len && reach[k] - k >= sides->b_len) {
                return alone;
            }
        }
    }
    return -1;
}

uint32_t flow_in_common(const Flow *a, const Flow *b, unsigned parts)
{
    const Sides sides = { a, b, (int)a->segments->len, (int)b->segments->len, parts };
    int most = MIN(sides.a_len + sides.b_len, MOST_ALONE);
    g_autofree int *reach = g_new0(int, 2 * (size_t)most + 3);
    int alone = count_alone(&sides, reach + most + 1, most);
    return alone < 0 ? (uint32_t)follow(&sides, 0, 0)
                     : (uint32_t)(sides.a_len + sides.b_len - alone) / 2;
}
