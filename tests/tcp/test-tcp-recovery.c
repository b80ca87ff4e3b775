/* Protects: each recovery answers losses as its textbook does, told segment by segment: what is
 * sent again, when, how far the window falls, and whether the timer was needed. Window 10 segments,
 * congestion avoidance, a round trip of 100 ms, the time-out after 1 s. */

#include "tcp/tcp_recovery.h"

#include <string.h>

#include "lib/tcp-flow.h"
#include "tcp/tcp_recovery_newreno.h"
#include "tcp/tcp_recovery_rack.h"
#include "tcp/tcp_recovery_reno.h"
#include "tcp/tcp_recovery_sack.h"
#include "tcp/tcp_recovery_tahoe.h"

static void test_required_hooks(void)
{
    uint32_t count = 0;
    for (const TcpRecoveryOps *const *ops = tcp_recovery_registry(); *ops != NULL; ops++, count++) {
        g_assert_nonnull((*ops)->name);
        g_assert_nonnull((*ops)->on_ack);
        g_assert_nonnull((*ops)->on_timeout);
        g_assert_nonnull((*ops)->next);
        g_assert_true(tcp_recovery_find((*ops)->name) == *ops); /* no name is used twice */
    }
    g_assert_cmpuint(count, >=, 4);
    g_assert_null(tcp_recovery_find("fack"));
}

/* ---- whole transfers ---- */

typedef struct Story {
    const char *label;
    const TcpRecoveryOps *recovery;
    uint32_t segments;
    FlowDrop drops[8];
    uint32_t timeouts, losses;
    uint32_t least_window; /* segments, since the first loss */
    const char *text;
} Story;

/* clang-format off */
static const Story stories[] = {
    { "tahoe-one-loss", &tcp_recovery_tahoe, 30, { { 3, 1 } }, 0, 1, 1,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 r3\n" /* nothing more until it is acknowledged: the window is one segment... */
      "200ms 13 14\n"    /* ...and opens exponentially to half of what was in flight, 5 segments */
      "300ms 15 16 17 18\n"
      "400ms 19 20 21 22 23\n"
      "500ms 24 25 26 27 28 29\n"
      "600ms 30" },
    { "reno-one-loss", &tcp_recovery_reno, 30, { { 3, 1 } }, 0, 1, 5,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n" /* limited transmit, then fast retransmit */
      "200ms 15 16 17 18 19\n" /* half the window */
      "300ms 20 21 22 23 24 25\n"
      "400ms 26 27 28 29 30" },
    { "newreno-one-loss", &tcp_recovery_newreno, 30, { { 3, 1 } }, 0, 1, 5,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n"
      "200ms 15 16 17 18 19\n"
      "300ms 20 21 22 23 24 25\n"
      "400ms 26 27 28 29 30" },
    { "sack-one-loss", &tcp_recovery_sack, 30, { { 3, 1 } }, 0, 1, 5,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n"
      "200ms 15 16 17 18 19\n"
      "300ms 20 21 22 23 24 25\n"
      "400ms 26 27 28 29 30" },

    { "tahoe-two-losses", &tcp_recovery_tahoe, 30, { { 3, 1 }, { 5, 1 } }, 0, 1, 1,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 r3\n"
      "200ms r5 r6\n" /* 6 had arrived: Tahoe cannot know */
      "300ms 13 14 15\n"
      "400ms 16 17 18 19 20\n"
      "500ms 21 22 23 24 25 26\n"
      "600ms 27 28 29 30" },
    /* Reno is over with the first new ACK, halves twice, waits a round trip for the second hole. */
    { "reno-two-losses", &tcp_recovery_reno, 30, { { 3, 1 }, { 5, 1 } }, 0, 2, 5,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n"
      "200ms 15 16 17\n"
      "300ms r5\n"
      "400ms 18 19 20 21 22 23\n"
      "500ms 24 25 26 27 28 29\n"
      "600ms 30" },
    /* NewReno halves once: the partial ACK shows the hole. */
    { "newreno-two-losses", &tcp_recovery_newreno, 30, { { 3, 1 }, { 5, 1 } }, 0, 1, 5,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n"
      "200ms 15 16 17 r5 18\n"
      "300ms 19 20 21 22 23\n"
      "400ms 24 25 26 27 28 29\n"
      "500ms 30" },
    { "sack-two-losses", &tcp_recovery_sack, 30, { { 3, 1 }, { 5, 1 } }, 0, 1, 5,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n"
      "200ms r5 15 16 17 18\n"
      "300ms 19 20 21 22 23\n"
      "400ms 24 25 26 27 28 29\n"
      "500ms 30" },

    /* Five of ten: go-back-N, the timer, a round trip for each, or one for all. */
    { "tahoe-five-losses", &tcp_recovery_tahoe, 30,
      { { 3, 1 }, { 5, 1 }, { 7, 1 }, { 9, 1 }, { 10, 1 } }, 0, 1, 1,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 r3\n"
      "200ms r5 r6\n"
      "300ms r7 r8 r9\n"
      "400ms r10 r11 r12 13 14\n"
      "500ms 15 16 17 18 19 20\n"
      "600ms 21 22 23 24 25 26 27\n"
      "700ms 28 29 30" },
    { "reno-five-losses", &tcp_recovery_reno, 16,
      { { 3, 1 }, { 5, 1 }, { 7, 1 }, { 9, 1 }, { 10, 1 } }, 1, 3, 1,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n"
      "1200ms r5\n"
      "1300ms r7 r8\n"
      "1400ms r9 r10 r11\n"
      "1500ms r12 r13 15 16\n"
      "1600ms r15" }, /* r11, r12, r13 were duplicates: what NewReno's `recover` is for */
    { "newreno-five-losses", &tcp_recovery_newreno, 30,
      { { 3, 1 }, { 5, 1 }, { 7, 1 }, { 9, 1 }, { 10, 1 } }, 0, 1, 5,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n"
      "200ms r5 15\n"
      "300ms r7 16 17\n"
      "400ms r9 18 19 20\n"
      "500ms r10 21 22 23 24\n"
      "600ms 25 26 27 28 29\n"
      "700ms 30" },
    { "sack-five-losses", &tcp_recovery_sack, 30,
      { { 3, 1 }, { 5, 1 }, { 7, 1 }, { 9, 1 }, { 10, 1 } }, 0, 1, 5,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n"
      "200ms r5 r7 r9 r10 15\n"
      "300ms 16 17 18 19 20\n"
      "400ms 21 22 23 24 25 26\n"
      "500ms 27 28 29 30" },

    /* A retransmission that is lost again waits for the timer. */
    { "tahoe-lost-again", &tcp_recovery_tahoe, 14, { { 3, 1 }, { 3, 2 } }, 1, 2, 1,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 r3\n"
      "1100ms r3\n"
      "1200ms 13 14" },
    { "newreno-lost-again", &tcp_recovery_newreno, 20, { { 3, 1 }, { 3, 2 } }, 1, 2, 1,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n"
      "200ms 15 16 17 18\n"
      "300ms 19 20\n"
      "1100ms r3" },
    { "sack-lost-again", &tcp_recovery_sack, 20, { { 3, 1 }, { 3, 2 } }, 1, 2, 1,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n"
      "200ms 15 16 17 18\n"
      "300ms 19 20\n"
      "1100ms r3" },

    /* Everything lost: slow start from the oldest. */
    { "newreno-window-lost", &tcp_recovery_newreno, 10,
      { { 3, 1 }, { 4, 1 }, { 5, 1 }, { 6, 1 }, { 7, 1 }, { 8, 1 }, { 9, 1 } }, 1, 1, 1,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "1100ms r3\n"
      "1200ms r4 r5\n"
      "1300ms r6 r7 r8 r9\n"
      "1400ms r10" },
    { "sack-window-lost", &tcp_recovery_sack, 10,
      { { 3, 1 }, { 4, 1 }, { 5, 1 }, { 6, 1 }, { 7, 1 }, { 8, 1 }, { 9, 1 } }, 1, 1, 1,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "1100ms r3\n"
      "1200ms r4 r5\n" /* each once, though there was no fast recovery before */
      "1300ms r6 r7 r8 r9" },
    /* Fewer than three duplicates and nothing left to send. */
    { "sack-too-few-duplicates", &tcp_recovery_sack, 10, { { 8, 1 } }, 1, 1, 1,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "1100ms r8" },

    /* RFC 6675 NextSeg() rule (3): no new data, so a hole not yet deemed lost. */
    { "sack-rule-3", &tcp_recovery_sack, 10, { { 3, 1 }, { 8, 1 } }, 0, 1, 4,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms r3 r8" },
    /* Rule (4): the rescue of the last segment, above everything SACKed. */
    { "sack-rule-4", &tcp_recovery_sack, 10, { { 3, 1 }, { 5, 1 }, { 10, 1 } }, 0, 1, 4,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms r3 r5\n"
      "200ms r10" },
    /* One rescue in a recovery; it shows the hole before it. */
    { "sack-one-rescue", &tcp_recovery_sack, 10,
      { { 3, 1 }, { 5, 1 }, { 9, 1 }, { 10, 1 } }, 0, 1, 4,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms r3 r5\n"
      "200ms r10\n"
      "300ms r9" },
    { "sack-rescue-lost", &tcp_recovery_sack, 10,
      { { 3, 1 }, { 5, 1 }, { 10, 1 }, { 10, 2 } }, 1, 2, 1,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms r3 r5\n"
      "200ms r10\n"
      "1200ms r10" },

    /* RACK: the same at first; then what the others leave to the timer. */
    { "rack-one-loss", &tcp_recovery_rack, 30, { { 3, 1 } }, 0, 1, 5,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n"
      "200ms 15 16 17 18 19\n"
      "300ms 20 21 22 23 24 25\n"
      "400ms 26 27 28 29 30" },
    { "rack-five-losses", &tcp_recovery_rack, 30,
      { { 3, 1 }, { 5, 1 }, { 7, 1 }, { 9, 1 }, { 10, 1 } }, 0, 1, 5,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n"
      "200ms r5 r7 r9 r10 15\n"
      "300ms 16 17 18 19 20\n"
      "400ms 21 22 23 24 25 26\n"
      "500ms 27 28 29 30" },
    { "rack-lost-again", &tcp_recovery_rack, 20, { { 3, 1 }, { 3, 2 } }, 0, 1, 5,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n"
      "200ms 15 16 17 18\n"
      "300ms r3 19 20" },
    { "rack-lost-thrice", &tcp_recovery_rack, 20, { { 3, 1 }, { 3, 2 }, { 3, 3 } }, 0, 1, 5,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "100ms 11 12 13 14 r3\n"
      "200ms 15 16 17 18\n"
      "300ms r3 19 20\n"
      "400ms r3" },
    { "rack-window-lost", &tcp_recovery_rack, 10,
      { { 3, 1 }, { 4, 1 }, { 5, 1 }, { 6, 1 }, { 7, 1 }, { 8, 1 }, { 9, 1 } }, 0, 1, 4,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "125ms r3 r4 r5 r6\n"
      "225ms r7 r8 r9" },
    { "rack-too-few-duplicates", &tcp_recovery_rack, 10, { { 8, 1 } }, 0, 1, 2,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "125ms r8" },
    { "rack-tail-lost", &tcp_recovery_rack, 10, { { 9, 1 }, { 10, 1 } }, 0, 1, 2,
      "0ms 1 2 3 4 5 6 7 8 9 10\n"
      "300ms r10\n"
      "400ms r9" },
};
/* clang-format on */

static void test_story(gconstpointer data)
{
    const Story *story = data;
    const FlowConfig config = { .cc = tcp_cc_find("reno"),
                                .recovery = story->recovery,
                                .window_segments = 10,
                                .segments = story->segments,
                                .drops = story->drops };
    g_autoptr(Flow) flow = flow_run(&config);
    g_assert_cmpstr(flow->text->str, ==, story->text);
    g_assert_cmpuint(flow->timeouts, ==, story->timeouts);
    g_assert_cmpuint(flow->losses, ==, story->losses);
    g_assert_cmpuint(flow->least_cwnd_bytes, ==, story->least_window * FLOW_MSS);
    g_assert_cmpstr(tcp_recovery_phase(&flow->recovery), ==, "open");
}

/* RFC 3042 switched off: duplicates let nothing go, with and without SACK. */
static void test_no_limited_transmit(gconstpointer data)
{
    const FlowDrop drops[] = { { 3, 1 }, { 0, 0 } };
    const FlowConfig config = { .cc = tcp_cc_find("reno"),
                                .recovery = data,
                                .window_segments = 10,
                                .segments = 20,
                                .drops = drops,
                                .no_limited_transmit = true };
    g_autoptr(Flow) flow = flow_run(&config);
    g_assert_cmpstr(flow->text->str, ==,
                    "0ms 1 2 3 4 5 6 7 8 9 10\n"
                    "100ms 11 12 r3 13 14\n"
                    "200ms 15 16 17 18 19\n"
                    "300ms 20");
}

/* SACK blocks in a single ACK can tell of a loss when the duplicate ACKs themselves were lost. */
static void test_one_ack_is_enough(void)
{
    const FlowDrop drops[] = { { 3, 1 }, { 0, 0 } };
    const FlowConfig config = { .cc = tcp_cc_find("reno"),
                                .recovery = &tcp_recovery_sack,
                                .window_segments = 10,
                                .segments = 10,
                                .drops = drops,
                                .ack_drops = { 3, 4, 5, 6, 7, 8 } };
    g_autoptr(Flow) flow = flow_run(&config);
    g_assert_cmpstr(flow->text->str, ==, "0ms 1 2 3 4 5 6 7 8 9 10\n100ms r3");
}

/* ---- single decisions ---- */

#define START ((TcpSeq)1000)

typedef struct Bench {
    TcpSentQueue sent;
    TcpCc cc;
    TcpRecovery recovery;
    TcpSeq snd_una, snd_nxt;
} Bench;

static void bench_send(Bench *bench, uint32_t segments)
{
    for (uint32_t i = 0; i < segments; i++) {
        const TcpSent record = { .seq = bench->snd_nxt,
                                 .end = bench->snd_nxt + FLOW_MSS,
                                 .packet = bench->snd_nxt };
        tcp_sent_push(&bench->sent, &record);
        bench->snd_nxt += FLOW_MSS;
    }
}

/* A sender with a window of 10 segments that are all out; the SYN was START - 1. */
static Bench *bench_new(const TcpRecoveryOps *ops)
{
    Bench *bench = g_new0(Bench, 1);
    bench->snd_una = bench->snd_nxt = START;
    tcp_sent_init(&bench->sent);
    tcp_cc_init(&bench->cc, tcp_cc_find("reno"), NULL);
    tcp_cc_established(&bench->cc, FLOW_MSS, 10 * FLOW_MSS, 0);
    bench->cc.ssthresh_bytes = 10 * FLOW_MSS;
    tcp_recovery_init(&bench->recovery, ops, &bench->sent, &bench->cc);
    const TcpRecoveryTraits traits = { .limited_transmit = true };
    tcp_recovery_established(&bench->recovery, FLOW_MSS, &traits, START - 1);
    bench_send(bench, 10);
    return bench;
}

static void bench_free(Bench *bench)
{
    tcp_sent_clear(&bench->sent);
    tcp_cc_clear(&bench->cc);
    tcp_recovery_clear(&bench->recovery);
    g_free(bench);
}

/* An ACK of so many bytes more; sacked, if any, is the n-th segment above it. */
static void bench_ack(Bench *bench, uint32_t acked_bytes, uint32_t sacked, SimKey packet)
{
    bench->snd_una += acked_bytes;
    TcpSeq left = bench->snd_una + sacked * FLOW_MSS;
    const WireSack block = { left, left + FLOW_MSS };
    TcpSentAck sent;
    tcp_sent_ack(&bench->sent, bench->snd_una, &block, sacked > 0, &sent);
    const TcpRecoveryAck ack = { .sent = &sent,
                                 .snd_una = bench->snd_una,
                                 .snd_nxt = bench->snd_nxt,
                                 .duplicate = acked_bytes == 0,
                                 .packet = packet };
    tcp_recovery_on_ack(&bench->recovery, &ack);
}

static void bench_resend(Bench *bench)
{
    uint32_t index;
    g_assert_cmpint(tcp_recovery_next(&bench->recovery, 0, true, &index), ==, TCP_NEXT_RETRANSMIT);
    g_assert_cmpuint(index, ==, 0);
    tcp_recovery_on_retransmit(&bench->recovery, index, 99, 0);
}

/* The cause of a fast retransmission is the three duplicates, whatever came before. */
static void test_because(void)
{
    Bench *bench = bench_new(&tcp_recovery_newreno);
    bench_ack(bench, 0, 0, 11);
    bench_ack(bench, FLOW_MSS, 0, 12);
    for (SimKey packet = 13; packet <= 15; packet++) {
        bench_ack(bench, 0, 0, packet);
    }
    g_assert_true(bench->recovery.on);
    g_assert_cmpint(bench->recovery.why, ==, PACKET_WHY_RETRANSMIT_FAST);
    g_assert_cmpuint(bench->recovery.trouble->because_count, ==, 3);
    for (uint32_t i = 0; i < 3; i++) {
        g_assert_cmpuint(bench->recovery.trouble->because[i], ==, 13 + i);
    }
    bench_resend(bench);
    g_assert_cmpint(bench->recovery.why, ==, PACKET_WHY_RETRANSMIT_RECOVERY);
    tcp_recovery_on_timeout(&bench->recovery, TCP_CC_LOSS_TIMEOUT, bench->snd_nxt, 0);
    g_assert_cmpint(bench->recovery.why, ==, PACKET_WHY_RETRANSMIT_TIMEOUT);
    bench_free(bench);
}

/* RFC 5681 3.2 step 2: what limited transmit sent is not FlightSize. */
static void test_flight_size(gconstpointer data)
{
    Bench *bench = bench_new(data);
    for (uint32_t i = 1; i <= 3; i++) {
        bench_ack(bench, 0, i, i);
        if (i < 3) {
            bench_send(bench, 1);
        }
    }
    g_assert_true(bench->recovery.on || bench->recovery.after_timeout);
    g_assert_cmpuint(bench->cc.ssthresh_bytes, ==, 5 * FLOW_MSS);
    bench_free(bench);
}

/* RFC 6582 3.2 step 3: how far a partial ACK deflates the window, and what it does to the timer. */
static void test_newreno_partial_acks(void)
{
    Bench *bench = bench_new(&tcp_recovery_newreno);
    TcpRecovery *recovery = &bench->recovery;
    for (int i = 0; i < 3; i++) {
        bench_ack(bench, 0, 0, 1);
    }
    g_assert_cmpint(tcp_recovery_allowance_bytes(recovery), ==, 3 * FLOW_MSS);
    bench_resend(bench);
    bench_ack(bench, 0, 0, 1);
    g_assert_cmpint(tcp_recovery_allowance_bytes(recovery), ==, 4 * FLOW_MSS);

    bench_ack(bench, 3 * FLOW_MSS, 0, 1);
    g_assert_cmpint(tcp_recovery_allowance_bytes(recovery), ==, 2 * FLOW_MSS);
    g_assert_false(recovery->keep_timer); /* the first restarts it */
    bench_resend(bench);
    bench_ack(bench, FLOW_MSS / 2, 0, 1); /* less than a segment: nothing is added back */
    g_assert_cmpint(tcp_recovery_allowance_bytes(recovery), ==, 2 * FLOW_MSS - FLOW_MSS / 2);
    g_assert_true(recovery->keep_timer);  /* further ones do not */
    bench_ack(bench, 5 * FLOW_MSS, 0, 1); /* ACKs were lost: below cwnd */
    g_assert_cmpint(tcp_recovery_allowance_bytes(recovery), <, 0);

    bench_ack(bench, FLOW_MSS + FLOW_MSS / 2, 0, 1);
    g_assert_false(recovery->on);
    g_assert_cmpint(tcp_recovery_allowance_bytes(recovery), ==, 0);
    g_assert_cmpuint(bench->cc.cwnd_bytes, ==, 5 * FLOW_MSS);
    bench_free(bench);
}

/* RFC 6582 3.2 step 2: after a time-out, duplicates of what was out then begin nothing. */
static void test_newreno_is_careful(void)
{
    Bench *bench = bench_new(&tcp_recovery_newreno);
    tcp_recovery_on_timeout(&bench->recovery, TCP_CC_LOSS_TIMEOUT, bench->snd_nxt, 0);
    bench_resend(bench);
    bench_ack(bench, 10 * FLOW_MSS, 0, 1); /* up to `recover`, not beyond */
    g_assert_false(bench->recovery.after_timeout);
    bench_send(bench, 5);
    for (int i = 0; i < 4; i++) {
        bench_ack(bench, 0, 0, 1);
    }
    g_assert_false(bench->recovery.on);
    bench_ack(bench, FLOW_MSS, 0, 1);
    for (int i = 0; i < 3; i++) {
        bench_ack(bench, 0, 0, 1);
    }
    g_assert_true(bench->recovery.on);
    bench_free(bench);
}

/* RFC 6675 section 2: a duplicate ACK without SACK news is none. */
static void test_sack_needs_news(void)
{
    Bench *bench = bench_new(&tcp_recovery_sack);
    for (int i = 0; i < 5; i++) {
        bench_ack(bench, 0, 2, 1);
    }
    g_assert_false(bench->recovery.on);
    g_assert_cmpuint(bench->recovery.dupacks, ==, 1);
    bench_free(bench);
}

static void expect_resent(Bench *bench, uint32_t expected)
{
    uint32_t index;
    g_assert_cmpint(tcp_recovery_next(&bench->recovery, FLOW_MSS, true, &index), ==,
                    TCP_NEXT_RETRANSMIT);
    g_assert_cmpuint(index, ==, expected);
    tcp_recovery_on_retransmit(&bench->recovery, index, 99, 0);
}

/* RFC 6675 section 4, NextSeg(): a hole deemed lost, then new data, then a hole that is not. */
static void test_sack_order(void)
{
    Bench *bench = bench_new(&tcp_recovery_sack);
    uint32_t index;
    const int64_t room_bytes = 10 * FLOW_MSS;
    bench_ack(bench, 0, 9, 1);
    for (uint32_t i = 1; i <= 3; i++) {
        bench_ack(bench, 0, i, 1 + i);
    }
    g_assert_true(bench->recovery.on);
    g_assert_cmpint(tcp_recovery_next(&bench->recovery, room_bytes, true, &index), ==,
                    TCP_NEXT_RETRANSMIT);
    g_assert_cmpuint(index, ==, 0);
    tcp_recovery_on_retransmit(&bench->recovery, index, 99, 0);
    g_assert_cmpint(tcp_recovery_next(&bench->recovery, room_bytes, true, &index), ==,
                    TCP_NEXT_NEW);
    g_assert_cmpint(tcp_recovery_next(&bench->recovery, room_bytes, false, &index), ==,
                    TCP_NEXT_RETRANSMIT);
    g_assert_cmpuint(index, ==, 4);
    bench_free(bench);
}

/* After a time-out all that is not SACKed is sent again, from the left edge; RFC 6675 5.1: no
 * recovery begins before what was out then is acknowledged. */
static void test_sack_after_timeout(void)
{
    Bench *bench = bench_new(&tcp_recovery_sack);
    bench_ack(bench, 0, 1, 1);
    bench_ack(bench, 0, 2, 1);
    tcp_recovery_on_timeout(&bench->recovery, TCP_CC_LOSS_TIMEOUT, bench->snd_nxt, 0);
    g_assert_cmpuint(tcp_recovery_in_flight_bytes(&bench->recovery), ==, 0);
    expect_resent(bench, 0);
    expect_resent(bench, 3);
    expect_resent(bench, 4);
    g_assert_cmpuint(tcp_recovery_in_flight_bytes(&bench->recovery), ==, 3 * FLOW_MSS);
    for (uint32_t i = 5; i < 9; i++) {
        bench_ack(bench, 0, i, 1);
    }
    g_assert_false(bench->recovery.on);
    expect_resent(bench, 9); /* what is SACKed since is passed over */
    bench_free(bench);
}

/* RFC 6675 section 5 (C): nothing goes while there is less than a segment of room. */
static void test_sack_wants_a_whole_segment(void)
{
    Bench *bench = bench_new(&tcp_recovery_sack);
    bench_ack(bench, 0, 3, 1);
    bench_ack(bench, 0, 5, 1);
    bench_ack(bench, 0, 7, 1);
    bench_resend(bench);
    uint32_t index;
    g_assert_cmpint(tcp_recovery_next(&bench->recovery, FLOW_MSS - 1, true, &index), ==,
                    TCP_NEXT_NOTHING);
    g_assert_cmpint(tcp_recovery_next(&bench->recovery, FLOW_MSS, true, &index), ==,
                    TCP_NEXT_RETRANSMIT);
    g_assert_cmpuint(index, ==, 1);
    bench_free(bench);
}

/* A receiver that takes back what it has SACKed is served by the time-out, not by an endless loop.
 */
static void test_sack_reneged(void)
{
    Bench *bench = bench_new(&tcp_recovery_sack);
    for (uint32_t i = 1; i <= 3; i++) {
        bench_ack(bench, 0, i, 1);
    }
    g_assert_true(bench->recovery.on);
    bench_resend(bench);
    bench_ack(bench, FLOW_MSS, 0, 1); /* the next one was SACKed, yet is not acknowledged */
    uint32_t index = 0;
    g_assert_cmpint(tcp_recovery_next(&bench->recovery, 0, true, &index), ==, TCP_NEXT_NOTHING);
    tcp_recovery_on_timeout(&bench->recovery, TCP_CC_LOSS_TIMEOUT, bench->snd_nxt, 0);
    expect_resent(bench, 0);
    expect_resent(bench, 1);
    bench_free(bench);
}

/* RFC 5681 3.1: FlightSize at a time-out in fast recovery is what is in the network. What the
 * duplicates have let go took the place of what they tell of. */
static void test_flight_size_at_timeout(gconstpointer data)
{
    Bench *bench = bench_new(data);
    for (uint32_t i = 1; i <= 3; i++) {
        bench_ack(bench, 0, i, i);
    }
    bench_resend(bench);
    bench_send(bench, 10);
    for (uint32_t i = 4; i <= 9; i++) {
        bench_ack(bench, 0, i, i);
    }
    g_assert_true(bench->recovery.on);
    g_assert_cmpuint(bench->sent.out_bytes, ==, 20 * FLOW_MSS);
    g_assert_cmpuint(bench->cc.cwnd_bytes, ==, 5 * FLOW_MSS);
    g_assert_cmpuint(tcp_recovery_flight_bytes(&bench->recovery), ==, 5 * FLOW_MSS);
    /* Going back, what waits to be sent again is not in the network either. */
    bench->cc.cwnd_bytes = FLOW_MSS;
    tcp_recovery_on_timeout(&bench->recovery, TCP_CC_LOSS_TIMEOUT, bench->snd_nxt, 0);
    g_assert_cmpuint(tcp_recovery_flight_bytes(&bench->recovery), ==, FLOW_MSS);
    bench_free(bench);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/recovery/required-hooks", test_required_hooks);
    for (size_t i = 0; i < G_N_ELEMENTS(stories); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/recovery/story/%s", stories[i].label);
        g_test_add_data_func(path, &stories[i], test_story);
    }
    g_test_add_data_func("/tcp/recovery/no-limited-transmit/newreno", &tcp_recovery_newreno,
                         test_no_limited_transmit);
    g_test_add_data_func("/tcp/recovery/no-limited-transmit/sack", &tcp_recovery_sack,
                         test_no_limited_transmit);
    g_test_add_func("/tcp/recovery/one-ack-is-enough", test_one_ack_is_enough);
    g_test_add_func("/tcp/recovery/because", test_because);
    for (const TcpRecoveryOps *const *ops = tcp_recovery_registry(); *ops != NULL; ops++) {
        g_autofree char *path = g_strdup_printf("/tcp/recovery/flight-size/%s", (*ops)->name);
        g_test_add_data_func(path, *ops, test_flight_size);
    }
    g_test_add_data_func("/tcp/recovery/flight-size-at-timeout/reno", &tcp_recovery_reno,
                         test_flight_size_at_timeout);
    g_test_add_data_func("/tcp/recovery/flight-size-at-timeout/newreno", &tcp_recovery_newreno,
                         test_flight_size_at_timeout);
    g_test_add_data_func("/tcp/recovery/flight-size-at-timeout/sack", &tcp_recovery_sack,
                         test_flight_size_at_timeout);
    g_test_add_func("/tcp/recovery/newreno/partial-acks", test_newreno_partial_acks);
    g_test_add_func("/tcp/recovery/newreno/careful", test_newreno_is_careful);
    g_test_add_func("/tcp/recovery/sack/needs-news", test_sack_needs_news);
    g_test_add_func("/tcp/recovery/sack/RFC6675-REC-NEXT-1", test_sack_order);
    g_test_add_func("/tcp/recovery/sack/after-timeout", test_sack_after_timeout);
    g_test_add_func("/tcp/recovery/sack/whole-segment", test_sack_wants_a_whole_segment);
    g_test_add_func("/tcp/recovery/sack/reneged", test_sack_reneged);
    return g_test_run();
}
