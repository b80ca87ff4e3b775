/* Protects: delivery-rate samples are what the network delivered, whatever bursts there are on
 * either way; and the windowed maximum that is taken of them. */

#include "tcp/tcp_rate.h"

#include "sim/sim.h"
#include "tcp/tcp_minmax.h"

#define LEN 1000u

static void set_up(TcpSentQueue *queue)
{
    tcp_sent_init(queue);
    tcp_sent_measure_rate(queue, 0);
}

static void tear_down(TcpSentQueue *queue)
{
    tcp_sent_forget_rate(queue);
    tcp_sent_clear(queue);
}

static void send(TcpSentQueue *queue, uint32_t number, int64_t at_ms)
{
    const TcpSent record = { .seq = number * LEN,
                             .end = (number + 1) * LEN,
                             .sent_at_ns = at_ms * SIM_NS_PER_MS,
                             .packet = number + 1,
                             .first_packet = number + 1,
                             .transmissions = 1 };
    tcp_sent_push(queue, &record);
}

static TcpRateSample acknowledge(TcpSentQueue *queue, uint32_t number, const WireSack *sack,
                                 int64_t at_ms)
{
    TcpSentAck ack;
    TcpRateSample sample;
    tcp_sent_ack(queue, number * LEN, sack, sack != NULL, &ack);
    tcp_rate_sample(queue, &ack, 10 * SIM_NS_PER_MS, at_ms * SIM_NS_PER_MS, &sample);
    return sample;
}

/* Sent in a burst, acknowledged every 2 ms: a segment in 2 ms. */
static void test_by_acks(void)
{
    TcpSentQueue queue;
    set_up(&queue);
    for (uint32_t i = 0; i < 40; i++) {
        send(&queue, i, 0);
    }
    TcpRateSample sample = { 0 };
    for (uint32_t i = 1; i <= 80; i++) {
        sample = acknowledge(&queue, i, NULL, 100 + 2 * i);
        send(&queue, 39 + i, 100 + 2 * i);
    }
    for (uint32_t i = 81; i <= 120; i++) {
        sample = acknowledge(&queue, i, NULL, 100 + 2 * i);
    }
    g_assert_cmpint(sample.rate_bps, ==, 4000000);
    g_assert_cmpuint(sample.delivered_bytes, ==, 40 * LEN);
    g_assert_cmpuint(sample.tx_in_flight_bytes, ==, 40 * LEN);
    g_assert_cmpuint(sample.in_flight_bytes, ==, 0);
    tear_down(&queue);
}

/* Sent every 2 ms, acknowledged all at once: no more than was sent. */
static void test_by_sending(void)
{
    TcpSentQueue queue;
    set_up(&queue);
    send(&queue, 0, 0);
    acknowledge(&queue, 1, NULL, 20);
    for (uint32_t i = 1; i <= 11; i++) {
        send(&queue, i, 18 + 2 * i);
    }
    TcpRateSample sample = acknowledge(&queue, 12, NULL, 42);
    g_assert_cmpint(sample.interval_ns, ==, 22 * SIM_NS_PER_MS);
    g_assert_cmpint(sample.rate_bps, ==, 4000000);
    tear_down(&queue);
}

/* The newest segment counts, a SACKed one too; a time below the least round-trip time does not. */
static void test_selective(void)
{
    const WireSack sack = { 2 * LEN, 4 * LEN };
    TcpSentQueue queue;
    set_up(&queue);
    for (uint32_t i = 0; i < 4; i++) {
        send(&queue, i, i);
    }
    TcpRateSample sample = acknowledge(&queue, 0, &sack, 40);
    g_assert_cmpuint(sample.delivered_bytes, ==, 2 * LEN);
    g_assert_cmpint(sample.interval_ns, ==, 40 * SIM_NS_PER_MS);
    tcp_sent_find_losses(&queue, 1, LEN);
    tcp_sent_again(&queue, 0, 9, true, 41 * SIM_NS_PER_MS);
    TcpSentAck ack;
    tcp_sent_ack(&queue, LEN, NULL, 0, &ack);
    tcp_rate_sample(&queue, &ack, 39 * SIM_NS_PER_MS, 45 * SIM_NS_PER_MS, &sample);
    g_assert_cmpint(sample.interval_ns, ==, 0); /* 38 ms, from segment 3 to the retransmission */
    tear_down(&queue);
}

/* What was lost between the sending of the newest segment and its delivery. */
static void test_lost(void)
{
    const WireSack sack = { 1 * LEN, 4 * LEN };
    TcpSentQueue queue;
    set_up(&queue);
    for (uint32_t i = 0; i < 4; i++) {
        send(&queue, i, 0);
    }
    TcpSentAck ack;
    TcpRateSample sample;
    tcp_sent_ack(&queue, 0, &sack, 1, &ack);
    tcp_sent_find_losses(&queue, 3, LEN);
    tcp_rate_sample(&queue, &ack, -1, 40 * SIM_NS_PER_MS, &sample);
    g_assert_cmpuint(sample.newly_lost_bytes, ==, LEN);
    g_assert_cmpuint(sample.lost_bytes, ==, LEN);
    g_assert_cmpuint(sample.prior_in_flight_bytes, ==, 4 * LEN);
    g_assert_cmpuint(sample.in_flight_bytes, ==, 0);
    tear_down(&queue);
}

/* Limited by the program until what was in flight then, or sent since, is delivered. */
static void test_app_limited(void)
{
    TcpSentQueue queue;
    set_up(&queue);
    send(&queue, 0, 0);
    g_assert_true(acknowledge(&queue, 1, NULL, 20).app_limited); /* the initial window is */
    send(&queue, 1, 20);
    tcp_rate_app_limited(&queue);
    send(&queue, 2, 21);
    g_assert_false(acknowledge(&queue, 2, NULL, 40).app_limited); /* sent before */
    send(&queue, 3, 40);
    g_assert_true(acknowledge(&queue, 3, NULL, 41).app_limited);
    g_assert_true(acknowledge(&queue, 4, NULL, 60).app_limited);
    send(&queue, 4, 60);
    g_assert_false(acknowledge(&queue, 5, NULL, 80).app_limited);
    tear_down(&queue);
}

/* A record that is cut keeps its stamp in both parts; those behind it keep theirs. */
static void test_split(void)
{
    TcpSentQueue queue;
    set_up(&queue);
    send(&queue, 0, 0);
    acknowledge(&queue, 1, NULL, 30);
    send(&queue, 1, 30);
    send(&queue, 2, 35);
    tcp_sent_split(&queue, 0, LEN + 400);
    TcpSentAck ack;
    TcpRateSample sample;
    tcp_sent_ack(&queue, LEN + 400, NULL, 0, &ack);
    tcp_rate_sample(&queue, &ack, -1, 60 * SIM_NS_PER_MS, &sample);
    g_assert_cmpuint(sample.delivered_bytes, ==, 400);
    sample = acknowledge(&queue, 2, NULL, 61);
    g_assert_cmpuint(sample.delivered_bytes, ==, LEN);
    g_assert_cmpint(sample.interval_ns, ==, 31 * SIM_NS_PER_MS);
    sample = acknowledge(&queue, 3, NULL, 65);
    g_assert_cmpint(sample.interval_ns, ==, 35 * SIM_NS_PER_MS);
    tear_down(&queue);
}

/* The largest of the last ten ticks, against all of them kept. */
static void test_maximum(void)
{
    TcpMaxFilter filter = { 0 };
    Rng rng;
    rng_init(&rng, 1, "maximum");
    int64_t values[1000];
    for (uint32_t now = 0; now < G_N_ELEMENTS(values); now++) {
        values[now] = (int64_t)rng_below(&rng, 1000);
        tcp_max_add(&filter, values[now], now, 10);
        int64_t best = 0, recent = 0;
        for (uint32_t i = now > 10 ? now - 10 : 0; i <= now; i++) {
            best = MAX(best, values[i]);
            recent = i + 2 >= now ? MAX(recent, values[i]) : recent;
        }
        g_assert_cmpint(tcp_max_get(&filter), <=, best); /* nothing older than the window */
        g_assert_cmpint(tcp_max_get(&filter), >=, recent);
    }
    tcp_max_reset(&filter, 5, 1000);
    tcp_max_add(&filter, 3, 1010, 10);
    g_assert_cmpint(tcp_max_get(&filter), ==, 5);
    tcp_max_add(&filter, 2, 1011, 10);
    g_assert_cmpint(tcp_max_get(&filter), ==, 3);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/rate/by-acks", test_by_acks);
    g_test_add_func("/tcp/rate/by-sending", test_by_sending);
    g_test_add_func("/tcp/rate/selective", test_selective);
    g_test_add_func("/tcp/rate/lost", test_lost);
    g_test_add_func("/tcp/rate/app-limited", test_app_limited);
    g_test_add_func("/tcp/rate/split", test_split);
    g_test_add_func("/tcp/rate/maximum", test_maximum);
    return g_test_run();
}
