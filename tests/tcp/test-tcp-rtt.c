/* Protects: the retransmission time-out follows RFC 6298 to the nanosecond, and never falls below
 * its bounds. */

#include "tcp/tcp_rtt.h"

#include <glib.h>

#define MS SIM_NS_PER_MS
#define US SIM_NS_PER_US
#define S SIM_NS_PER_S

typedef struct Row {
    const char *label;
    int64_t min_rto_ns;
    uint32_t samples_per_rtt;
    int64_t rtts_ns[4]; /* ends with 0 */
    int64_t srtt_ns, rttvar_ns, rto_ns;
} Row;

static const Row rows[] = {
    /* section 2.2: SRTT = R, RTTVAR = R / 2, RTO = SRTT + 4 RTTVAR */
    { "first-sample", 1, 1, { 100 * MS }, 100 * MS, 50 * MS, 300 * MS },
    /* section 2.4: less than a second is rounded up to one */
    { "least-rto", S, 1, { 100 * MS }, 100 * MS, 50 * MS, S },
    /* section 2.3: RTTVAR = 3/4 * 50 + 1/4 * |100 - 200| comes first; SRTT = 7/8 * 100 + 1/8 *
     * 200 */
    { "second-sample", 1, 1, { 100 * MS, 200 * MS }, 112500 * US, 62500 * US, 362500 * US },
    { "third-sample", 1, 1, { 100 * MS, 200 * MS, 100 * MS }, 110937500, 50 * MS, 310937500 },
    { "falling", 1, 1, { 400 * MS, 80 * MS }, 360 * MS, 230 * MS, 1280 * MS },
    /* RFC 7323 appendix G: alpha / 4 = 1/32, beta / 4 = 1/16 */
    { "four-samples-a-round-trip",
      1,
      4,
      { 100 * MS, 132 * MS },
      101 * MS,
      48875 * US,
      296500 * US },
    { "gigabit-lan", 1, 1, { 20 * US }, 20 * US, 10 * US, 20 * US + 1 * MS },
};

static void test_row(gconstpointer data)
{
    const Row *row = data;
    TcpRtt rtt;
    tcp_rtt_init(&rtt, S, row->min_rto_ns, 60 * S);
    for (int i = 0; row->rtts_ns[i] != 0; i++) {
        tcp_rtt_sample(&rtt, row->rtts_ns[i], row->samples_per_rtt);
    }
    g_assert_cmpint(rtt.srtt_ns, ==, row->srtt_ns);
    g_assert_cmpint(rtt.rttvar_ns, ==, row->rttvar_ns);
    g_assert_cmpint(rtt.rto_ns, ==, row->rto_ns);
    g_assert_cmpint(tcp_rtt_rto(&rtt), ==, row->rto_ns);
}

/* As a Linux kernel reported it of a connection whose round trips grow and shrink (zero-window.csv
 * of the recordings: srtt, mean deviation; the time-out is rounded up to 4 ms there). */
static void test_floored(void)
{
    static const struct {
        int64_t rtt_us, srtt_us, deviation_us, rto_ms;
    } steps[] = {
        { 40312, 40312, 20156, 240 }, { 41368, 40444, 15381, 240 }, { 42516, 40703, 12053, 240 },
        { 44087, 41126, 9886, 241 },  { 30000, 39735, 9925, 239 },
    };
    TcpRtt rtt;
    TcpRttFloor floor = { 0 };
    tcp_rtt_init(&rtt, S, 200 * MS, 60 * S);
    for (size_t i = 0; i < G_N_ELEMENTS(steps); i++) {
        const TcpRttSample sample = { .rtt_ns = steps[i].rtt_us * US,
                                      .oldest_ns = steps[i].rtt_us * US,
                                      .snd_una = 1,
                                      .snd_nxt = 1 };
        tcp_rtt_sample_floored(&rtt, &floor, &sample);
        g_assert_cmpint(rtt.srtt_ns / US, ==, steps[i].srtt_us);
        g_assert_cmpint(rtt.rttvar_ns / US, ==, steps[i].deviation_us);
        g_assert_cmpint(tcp_rtt_rto(&rtt) / MS, ==, steps[i].rto_ms);
    }
    g_assert_cmpint(rtt.min_rtt_ns, ==, 30000 * US);
}

/* The time-out follows a large deviation at once, and comes back by a quarter a round trip. */
static void test_floored_returns(void)
{
    TcpRtt rtt;
    TcpRttFloor floor = { 0 };
    tcp_rtt_init(&rtt, S, 200 * MS, 60 * S);
    TcpRttSample sample = { .rtt_ns = 400 * MS, .oldest_ns = 400 * MS, .snd_una = 1, .snd_nxt = 2 };
    tcp_rtt_sample_floored(&rtt, &floor, &sample);
    g_assert_cmpint(tcp_rtt_rto(&rtt), ==, 1200 * MS);
    for (int i = 0; i < 30; i++) {
        sample.snd_una += 2;
        sample.snd_nxt += 2;
        tcp_rtt_sample_floored(&rtt, &floor, &sample);
    }
    g_assert_cmpint(tcp_rtt_rto(&rtt), <, 602 * MS);
    g_assert_cmpint(tcp_rtt_rto(&rtt), >=, 600 * MS);
}

/* Section 2.1: one second before the first sample; nothing else is known. */
static void test_before_first_sample(void)
{
    TcpRtt rtt;
    tcp_rtt_init(&rtt, S, 200 * MS, 60 * S);
    g_assert_cmpint(tcp_rtt_rto(&rtt), ==, S);
    g_assert_cmpint(rtt.srtt_ns, ==, -1);
    g_assert_cmpint(rtt.rttvar_ns, ==, -1);
    g_assert_cmpint(rtt.min_rtt_ns, ==, -1);
}

/* Sections 5.5 and 2.5: doubled at each expiry up to the ceiling, and back with the next sample. */
static void test_back_off(void)
{
    static const int64_t expected_ns[] = { 1 * S,  2 * S,  4 * S,  8 * S,
                                           16 * S, 32 * S, 60 * S, 60 * S };
    TcpRtt rtt;
    tcp_rtt_init(&rtt, S, S, 60 * S);
    for (size_t i = 0; i < G_N_ELEMENTS(expected_ns); i++) {
        g_assert_cmpint(tcp_rtt_rto(&rtt), ==, expected_ns[i]);
        tcp_rtt_back_off(&rtt);
    }
    for (int i = 0; i < 1000; i++) { /* never shifted out of range */
        tcp_rtt_back_off(&rtt);
    }
    g_assert_cmpint(tcp_rtt_rto(&rtt), ==, 60 * S);
    g_assert_cmpint(rtt.rto_ns, ==, S);

    tcp_rtt_sample(&rtt, 100 * MS, 1);
    g_assert_cmpint(tcp_rtt_rto(&rtt), ==, S);
}

static void test_clear_back_off(void)
{
    TcpRtt rtt;
    tcp_rtt_init(&rtt, S, S, 60 * S);
    tcp_rtt_back_off(&rtt);
    tcp_rtt_clear_back_off(&rtt);
    g_assert_cmpint(tcp_rtt_rto(&rtt), ==, S);
}

/* Bounds of years, as a scenario may give them, leave the arithmetic within its type. */
static void test_doubled_far(void)
{
    const int64_t years_ns = INT64_C(1000000000) * S;
    TcpRtt rtt;
    tcp_rtt_init(&rtt, years_ns / 3, S, years_ns);
    g_assert_cmpint(tcp_rtt_doubled(&rtt, 1), ==, years_ns / 3 * 2);
    g_assert_cmpint(tcp_rtt_doubled(&rtt, 16), ==, years_ns);
}

/* Samples of years, many in a round trip, do so too, and move the estimate their share. */
static void test_samples_far(void)
{
    const int64_t year_ns = INT64_C(30000000) * S;
    TcpRtt rtt;
    tcp_rtt_init(&rtt, S, S, 30 * year_ns);
    tcp_rtt_sample(&rtt, 16 * year_ns, 1);
    tcp_rtt_sample(&rtt, 8 * year_ns, 1000);
    g_assert_cmpint(rtt.srtt_ns, ==, 16 * year_ns - year_ns / 1000);
}

/* A round trip that never varies lets RTTVAR die away; the time-out stays a clock tick above it. */
static void test_granularity(void)
{
    TcpRtt rtt;
    tcp_rtt_init(&rtt, S, 1, 60 * S);
    for (int i = 0; i < 200; i++) {
        tcp_rtt_sample(&rtt, 40 * MS, 1);
    }
    g_assert_cmpint(rtt.srtt_ns, ==, 40 * MS);
    g_assert_cmpint(tcp_rtt_rto(&rtt), ==, 40 * MS + TCP_RTT_GRANULARITY_NS);
}

static void test_min_rtt(void)
{
    TcpRtt rtt;
    tcp_rtt_init(&rtt, S, S, 60 * S);
    tcp_rtt_sample(&rtt, 30 * MS, 1);
    tcp_rtt_sample(&rtt, 20 * MS, 1);
    tcp_rtt_sample(&rtt, 50 * MS, 1);
    g_assert_cmpint(rtt.min_rtt_ns, ==, 20 * MS);
}

/* RFC 4015 section 3.3: never less than what a first sample would give. */
static void test_adapt(void)
{
    TcpRtt rtt;
    tcp_rtt_init(&rtt, S, 1, 60 * S);
    for (int i = 0; i < 200; i++) {
        tcp_rtt_sample(&rtt, 40 * MS, 1);
    }
    tcp_rtt_back_off(&rtt);
    tcp_rtt_adapt(&rtt, 1400 * MS);
    g_assert_cmpint(rtt.srtt_ns, ==, 1400 * MS);
    g_assert_cmpint(tcp_rtt_rto(&rtt), ==, 1400 * MS + 4 * 700 * MS);
    tcp_rtt_adapt(&rtt, 100 * MS);
    g_assert_cmpint(rtt.srtt_ns, ==, 1400 * MS);
}

/* RFC 7323 appendix G: ceiling(FlightSize / (SMSS * 2)). */
static void test_expected_samples(void)
{
    g_assert_cmpuint(tcp_rtt_expected_samples(0, 1000), ==, 1);
    g_assert_cmpuint(tcp_rtt_expected_samples(2000, 1000), ==, 1);
    g_assert_cmpuint(tcp_rtt_expected_samples(2001, 1000), ==, 2);
    g_assert_cmpuint(tcp_rtt_expected_samples(100000, 1000), ==, 50);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/rtt/rfc6298/%s", rows[i].label);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/tcp/rtt/before-first-sample", test_before_first_sample);
    g_test_add_func("/tcp/rtt/back-off", test_back_off);
    g_test_add_func("/tcp/rtt/clear-back-off", test_clear_back_off);
    g_test_add_func("/tcp/rtt/doubled-far", test_doubled_far);
    g_test_add_func("/tcp/rtt/samples-far", test_samples_far);
    g_test_add_func("/tcp/rtt/granularity", test_granularity);
    g_test_add_func("/tcp/rtt/min-rtt", test_min_rtt);
    g_test_add_func("/tcp/rtt/adapt", test_adapt);
    g_test_add_func("/tcp/rtt/expected-samples", test_expected_samples);
    g_test_add_func("/tcp/rtt/floored", test_floored);
    g_test_add_func("/tcp/rtt/floored/returns", test_floored_returns);
    return g_test_run();
}
