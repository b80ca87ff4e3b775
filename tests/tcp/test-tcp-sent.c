/* Protects: the scoreboard agrees octet by octet with RFC 6675's definitions, whatever arrives in
 * whatever order, and stays cheap when the window is large. */

#include "tcp/tcp_sent.h"

#include <string.h>

#define START ((TcpSeq)0xfffffc00)
#define NOT_YET (-1)

/* Sends segments of len bytes until `end`, one a nanosecond. */
static void send_until(TcpSentQueue *queue, uint32_t len_bytes, uint32_t end)
{
    uint32_t from = queue->count > 0 ? tcp_sent_at(queue, queue->count - 1)->end - START : 0;
    for (; from < end; from += len_bytes) {
        const TcpSent segment = { .seq = START + from,
                                  .end = START + MIN(from + len_bytes, end),
                                  .sent_at_ns = from,
                                  .packet = from + 1,
                                  .first_packet = from + 1,
                                  .transmissions = 1 };
        tcp_sent_push(queue, &segment);
    }
}

/* An ACK with up to two blocks; right 0: no block. */
static TcpSentAck ack(TcpSentQueue *queue, uint32_t una, uint32_t left, uint32_t right,
                      uint32_t left2, uint32_t right2)
{
    const WireSack blocks[2] = { { START + left, START + right },
                                 { START + left2, START + right2 } };
    TcpSentAck result;
    tcp_sent_ack(queue, START + una, blocks, (uint8_t)((right != 0) + (right2 != 0)), &result);
    return result;
}

static void test_cumulative(void)
{
    TcpSentQueue queue;
    tcp_sent_init(&queue);
    send_until(&queue, 100, 1000);
    g_assert_cmpuint(queue.out_bytes, ==, 1000);

    TcpSentAck got = ack(&queue, 300, 0, 0, 0, 0);
    g_assert_cmpuint(got.acked_bytes, ==, 300);
    g_assert_cmpuint(got.delivered_bytes, ==, 300);
    g_assert_cmpint(got.newest_once.sent_at_ns, ==, 200);
    g_assert_cmpuint(queue.count, ==, 7);

    /* An ACK within a segment leaves the rest of it. */
    got = ack(&queue, 350, 0, 0, 0, 0);
    g_assert_cmpuint(got.acked_bytes, ==, 50);
    g_assert_cmpuint(tcp_sent_at(&queue, 0)->seq, ==, START + 350);
    g_assert_cmpuint(queue.count, ==, 7);

    got = ack(&queue, 350, 0, 0, 0, 0);
    g_assert_cmpuint(got.acked_bytes, ==, 0);
    g_assert_cmpint(got.newest_once.sent_at_ns, ==, NOT_YET);

    got = ack(&queue, 1000, 0, 0, 0, 0);
    g_assert_cmpuint(got.acked_bytes, ==, 650);
    g_assert_cmpuint(queue.out_bytes + queue.count, ==, 0);
    tcp_sent_clear(&queue);
}

static void test_find(void)
{
    static const uint32_t ends[] = { 1, 101, 102, 1602, 1610, 2000 };
    TcpSentQueue queue;
    tcp_sent_init(&queue);
    g_assert_cmpuint(tcp_sent_find(&queue, START), ==, 0);
    for (size_t i = 0; i < G_N_ELEMENTS(ends); i++) {
        send_until(&queue, 5000, ends[i]);
    }
    for (uint32_t at = 0, i = 0; at < 2000; at++) {
        i += at >= ends[i];
        g_assert_cmpuint(tcp_sent_find(&queue, START + at), ==, i);
    }
    g_assert_cmpuint(tcp_sent_find(&queue, START + 2000), ==, queue.count);
    g_assert_cmpuint(tcp_sent_find(&queue, START - 1), ==, queue.count);
    tcp_sent_clear(&queue);
}

static void test_split_keeps_flags(void)
{
    TcpSentQueue queue;
    tcp_sent_init(&queue);
    const TcpSent segment = { .seq = START, .end = START + 100, .ctl = TCP_FIN | TCP_PSH };
    tcp_sent_push(&queue, &segment);
    tcp_sent_lose_all(&queue);
    tcp_sent_again(&queue, 0, 77, true, 5);
    tcp_sent_split(&queue, 0, START + 40);
    g_assert_cmpuint(queue.count, ==, 2);
    g_assert_cmpuint(queue.lost_bytes, ==, 100);
    g_assert_cmpuint(queue.retransmitted_bytes, ==, 100);
    g_assert_cmpuint(tcp_sent_at(&queue, 0)->ctl, ==, 0);
    g_assert_cmpuint(tcp_sent_at(&queue, 1)->ctl, ==, TCP_FIN | TCP_PSH);
    g_assert_cmpuint(tcp_sent_at(&queue, 1)->packet, ==, 77);
    tcp_sent_clear(&queue);
}

/* Karn: neither an ACK nor a block that covers a retransmission gives a sample. */
static void test_karn(void)
{
    TcpSentQueue queue;
    tcp_sent_init(&queue);
    send_until(&queue, 100, 500);
    tcp_sent_again(&queue, 1, 99, true, 1000);
    TcpSentAck got = ack(&queue, 100, 0, 0, 0, 0);
    g_assert_cmpint(got.newest_once.sent_at_ns, ==, 0);
    g_assert_cmpint(got.resent_at_ns, ==, NOT_YET);
    got = ack(&queue, 300, 0, 0, 0, 0);
    g_assert_cmpint(got.newest_again.sent_at_ns, ==, 1000);
    g_assert_cmpint(got.newest_once.sent_at_ns, ==, 200); /* the third, which gives no sample */
    g_assert_cmpint(got.resent_at_ns, ==, 1000);
    tcp_sent_clear(&queue);
}

typedef struct Block {
    const char *label;
    uint32_t una, left, right, left2, right2;
    uint32_t newly_sacked_bytes;
    bool dsack;
} Block;

/* Ten segments of 100 from 0, acknowledged up to 200; blocks that an ACK may bring. */
static const Block blocks[] = {
    { "new", 200, 300, 400, 0, 0, 100, false },
    { "two", 200, 300, 400, 600, 900, 400, false },
    { "part-of-segments", 200, 350, 450, 0, 0, 100, false },
    { "within-a-segment", 200, 310, 320, 0, 0, 10, false },
    { "beyond-what-was-sent", 200, 900, 1100, 0, 0, 0, false },
    { "empty", 200, 500, 500, 0, 0, 0, false },
    { "turned-round", 200, 500, 400, 0, 0, 0, false },
    { "at-the-ack", 200, 200, 300, 0, 0, 0, false },
    { "dsack-below-the-ack", 200, 0, 100, 0, 0, 0, true },
    { "dsack-across-nothing", 200, 100, 200, 500, 600, 100, true },
    { "dsack-within-the-second", 200, 400, 500, 300, 600, 300, true },
};

static void test_block(gconstpointer data)
{
    const Block *row = data;
    TcpSentQueue queue;
    tcp_sent_init(&queue);
    send_until(&queue, 100, 1000);
    ack(&queue, 200, 0, 0, 0, 0);
    TcpSentAck got = ack(&queue, row->una, row->left, row->right, row->left2, row->right2);
    g_assert_cmpuint(got.newly_sacked_bytes, ==, row->newly_sacked_bytes);
    g_assert_cmpuint(got.delivered_bytes, ==, row->newly_sacked_bytes);
    g_assert_cmpint(got.sack_was_new, ==, row->newly_sacked_bytes > 0);
    g_assert_cmpint(got.dsack, ==, row->dsack);
    g_assert_cmpuint(tcp_sent_pipe_bytes(&queue), ==, 800 - row->newly_sacked_bytes);

    got = ack(&queue, row->una, row->left, row->right, row->left2, row->right2);
    g_assert_false(got.sack_was_new);
    tcp_sent_clear(&queue);
}

/* RFC 2018 section 8: the oldest segment was SACKed and is not acknowledged. */
static void test_reneging_is_seen(void)
{
    TcpSentQueue queue;
    tcp_sent_init(&queue);
    send_until(&queue, 100, 1000);
    g_assert_false(ack(&queue, 0, 100, 300, 0, 0).reneged);
    g_assert_true(ack(&queue, 100, 0, 0, 0, 0).reneged);
    tcp_sent_lose_all(&queue);
    g_assert_cmpuint(tcp_sent_next_hole(&queue), ==, 0);
    g_assert_cmpuint(queue.sacked_bytes, ==, 0);
    tcp_sent_clear(&queue);
}

/* A time-out alone is no reneging: what was SACKed is not sent again. */
static void test_time_out_keeps_sacks(void)
{
    TcpSentQueue queue;
    tcp_sent_init(&queue);
    send_until(&queue, 100, 1000);
    ack(&queue, 0, 100, 300, 0, 0);
    tcp_sent_lose_all(&queue);
    g_assert_cmpuint(queue.sacked_bytes, ==, 200);
    g_assert_cmpuint(queue.lost_bytes, ==, 800);
    g_assert_cmpuint(tcp_sent_pipe_bytes(&queue), ==, 0);
    tcp_sent_again(&queue, 0, 7, true, 0);
    g_assert_cmpuint(tcp_sent_next_hole(&queue), ==, 3);
    tcp_sent_clear(&queue);
}

typedef struct Loss {
    const char *label;
    uint32_t sacked[4][2];
    uint32_t lost_below; /* everything not SACKed below is lost, nothing above */
} Loss;

/* SMSS 100, DupThresh 3; twenty segments. RFC 6675 section 4: IsLost(). */
static const Loss losses[] = {
    { "nothing", { { 0, 0 } }, 0 },
    { "two-segments-above", { { 100, 300 } }, 0 },
    { "one-octet-more", { { 100, 301 } }, 100 },
    { "three-segments-above", { { 500, 800 } }, 500 },
    { "three-runs-of-one-octet", { { 500, 501 }, { 600, 601 }, { 700, 701 } }, 500 },
    { "two-runs", { { 500, 501 }, { 700, 701 } }, 0 },
    { "four-runs", { { 300, 310 }, { 500, 510 }, { 700, 710 }, { 900, 910 } }, 500 },
    { "highest-hole-has-too-few-above", { { 300, 700 }, { 800, 900 } }, 300 },
};

static void test_loss(gconstpointer data)
{
    const Loss *row = data;
    TcpSentQueue queue;
    tcp_sent_init(&queue);
    send_until(&queue, 100, 2000);
    uint32_t lost_bytes = row->lost_below;
    for (int i = 0; i < 4 && row->sacked[i][1] != 0; i++) {
        ack(&queue, 0, row->sacked[i][0], row->sacked[i][1], 0, 0);
        lost_bytes -=
            row->sacked[i][0] < row->lost_below ? row->sacked[i][1] - row->sacked[i][0] : 0;
    }
    tcp_sent_find_losses(&queue, 3, 100);
    g_assert_cmpuint(queue.lost_bytes, ==, lost_bytes);
    for (uint32_t i = 0; i < queue.count; i++) {
        const TcpSent *record = tcp_sent_at(&queue, i);
        bool lost = record->end - START <= row->lost_below && !(record->flags & TCP_SENT_SACKED);
        g_assert_cmpint((record->flags & TCP_SENT_LOST) != 0, ==, lost);
    }
    tcp_sent_clear(&queue);
}

/* ---- against an array of octets ---- */

enum { MODEL_OCTETS = 30000, MODEL_WINDOW = 3000, MODEL_MSS = 100, DUPTHRESH = 3 };

/* RFC 6675's own terms, octet by octet. */
typedef struct Model {
    TcpSentQueue queue;
    GRand *rand;
    uint32_t una, nxt, high_rxt;
    bool sacked[MODEL_OCTETS], lost[MODEL_OCTETS], again[MODEL_OCTETS];
} Model;

static uint32_t draw(Model *model, uint32_t low, uint32_t end)
{
    return (uint32_t)g_rand_int_range(model->rand, (gint32)low, (gint32)end);
}

static void model_send(Model *model)
{
    uint32_t room_octets = MIN(model->una + MODEL_WINDOW, (uint32_t)MODEL_OCTETS) - model->nxt;
    if (room_octets > 0) {
        uint32_t len_octets = draw(model, 1, MIN(MODEL_MSS, room_octets) + 1);
        send_until(&model->queue, MODEL_MSS, model->nxt + len_octets);
        model->nxt += len_octets;
    }
}

/* IsLost() for every octet, from the top down; what was lost once stays so. */
static void model_find_losses(Model *model)
{
    uint32_t octets = 0, runs = 0;
    for (uint32_t i = model->nxt; i-- > model->una;) {
        if (model->sacked[i]) {
            octets++;
            runs += i + 1 == model->nxt || !model->sacked[i + 1];
        } else if (runs >= DUPTHRESH || octets > (DUPTHRESH - 1) * MODEL_MSS) {
            model->lost[i] = true;
        }
    }
}

/* SetPipe(). */
static uint32_t model_pipe(const Model *model)
{
    uint32_t pipe = 0;
    for (uint32_t i = model->una; i < model->nxt; i++) {
        if (!model->sacked[i]) {
            pipe += !model->lost[i] + model->again[i];
        }
    }
    return pipe;
}

static void model_ack(Model *model)
{
    if (model->una == model->nxt) {
        return;
    }
    if (draw(model, 0, 4) == 0) {
        model->una = draw(model, model->una, MIN(model->nxt, model->una + 400) + 1);
    }
    bool reneges = draw(model, 0, 20) == 0;
    while (!reneges && model->una < model->nxt && model->sacked[model->una]) {
        model->una++; /* the receiver keeps what it has SACKed */
    }
    WireSack sent_blocks[3];
    uint8_t count = 0;
    for (uint32_t i = 0; i < 3 && model->nxt - model->una > 2; i++) {
        uint32_t left = draw(model, model->una + 1, model->nxt);
        uint32_t right = draw(model, left + 1, MIN(left + 300, model->nxt) + 1);
        memset(model->sacked + left, true, right - left);
        sent_blocks[count++] = (WireSack){ START + left, START + right };
    }
    TcpSentAck got;
    tcp_sent_ack(&model->queue, START + model->una, sent_blocks, count, &got);
    tcp_sent_find_losses(&model->queue, DUPTHRESH, MODEL_MSS);
    model_find_losses(model);
}

/* Sends the next hole again, or starts over. */
static void model_resend(Model *model)
{
    if (draw(model, 0, 40) == 0) {
        tcp_sent_resend_from_oldest(&model->queue);
        memset(model->again, 0, sizeof model->again);
        model->high_rxt = 0;
    }
    uint32_t expected = MAX(model->high_rxt, model->una);
    while (expected < model->nxt && model->sacked[expected]) {
        expected++;
    }
    uint32_t i = tcp_sent_next_hole(&model->queue);
    if (i == model->queue.count) {
        g_assert_cmpuint(expected, ==, model->nxt);
        return;
    }
    const TcpSent *hole = tcp_sent_at(&model->queue, i);
    g_assert_cmpuint(hole->seq - START, ==, expected);
    for (uint32_t at = hole->seq - START; at < hole->end - START; at++) {
        model->again[at] = true;
    }
    model->high_rxt = hole->end - START;
    tcp_sent_again(&model->queue, i, 1, true, 0);
}

static void model_time_out(Model *model)
{
    tcp_sent_lose_all(&model->queue);
    if (model->sacked[model->una]) {
        memset(model->sacked, 0, sizeof model->sacked);
    }
    memset(model->again, 0, sizeof model->again);
    memset(model->lost + model->una, true, model->nxt - model->una);
    model->high_rxt = 0;
}

static void model_check(const Model *model)
{
    g_assert_cmpuint(model->queue.out_bytes, ==, model->nxt - model->una);
    g_assert_cmpuint(tcp_sent_pipe_bytes(&model->queue), ==, model_pipe(model));
    for (uint32_t k = 0; k < model->queue.count; k++) {
        const TcpSent *record = tcp_sent_at(&model->queue, k);
        for (uint32_t i = record->seq - START; i < record->end - START; i++) {
            g_assert_cmpint((record->flags & TCP_SENT_SACKED) != 0, ==, model->sacked[i]);
            g_assert_cmpint((record->flags & TCP_SENT_LOST) != 0, ==,
                            model->lost[i] && !model->sacked[i]);
        }
    }
}

static void test_random(void)
{
    for (uint32_t seed = 0; seed < 20; seed++) {
        Model *model = g_new0(Model, 1);
        model->rand = g_rand_new_with_seed(seed);
        tcp_sent_init(&model->queue);
        while (model->una < MODEL_OCTETS) {
            for (uint32_t i = draw(model, 0, 8); i > 0; i--) {
                model_send(model);
            }
            model_ack(model);
            model_resend(model);
            if (draw(model, 0, 200) == 0) {
                model_time_out(model);
            }
            model_check(model);
        }
        tcp_sent_clear(&model->queue);
        g_rand_free(model->rand);
        g_free(model);
    }
}

/* Blocks grow over runs that were reported before, and holes are found one after the other, in a
 * window of thousands of segments. */
static void test_large_window(void)
{
    enum { SEGMENTS = 5000, MSS = 1000 };
    TcpSentQueue queue;
    tcp_sent_init(&queue);
    send_until(&queue, MSS, SEGMENTS * MSS);
    /* Every tenth segment is lost; each ACK reports the block at hand and the two before it. */
    for (uint32_t i = 1; i < SEGMENTS; i++) {
        if (i % 10 == 0) {
            continue;
        }
        uint32_t run = i / 10 * 10;
        WireSack sent_blocks[3];
        uint8_t count = 0;
        sent_blocks[count++] = (WireSack){ START + (run + 1) * MSS, START + (i + 1) * MSS };
        for (uint32_t before = run; before >= 10 && count < 3; before -= 10) {
            sent_blocks[count++] = (WireSack){ START + (before - 9) * MSS, START + before * MSS };
        }
        TcpSentAck got;
        tcp_sent_ack(&queue, START, sent_blocks, count, &got);
        g_assert_cmpuint(got.newly_sacked_bytes, ==, MSS);
        tcp_sent_find_losses(&queue, DUPTHRESH, MSS);
    }
    g_assert_cmpuint(queue.sacked_bytes, ==, SEGMENTS / 10 * 9 * MSS);
    g_assert_cmpuint(queue.lost_bytes, ==, SEGMENTS / 10 * MSS);
    for (uint32_t i = 0; i < SEGMENTS / 10; i++) {
        uint32_t hole = tcp_sent_next_hole(&queue);
        g_assert_cmpuint(hole, ==, i * 10);
        tcp_sent_again(&queue, hole, 1, true, 0);
    }
    g_assert_cmpuint(tcp_sent_next_hole(&queue), ==, queue.count);
    ack(&queue, SEGMENTS * MSS, 0, 0, 0, 0);
    g_assert_cmpuint(queue.capacity, ==, 0); /* an idle connection holds no large ring */
    send_until(&queue, MSS, MSS);
    g_assert_cmpuint(tcp_sent_pipe_bytes(&queue), ==, MSS);
    tcp_sent_clear(&queue);
}

/* What was a large window once and is a small one now goes round in few slots, and in the same ring
 * grows again. */
static void test_laps_are_short(void)
{
    TcpSentQueue queue;
    tcp_sent_init(&queue);
    send_until(&queue, 100, 25600);
    g_assert_cmpuint(queue.capacity, ==, 256);
    for (uint32_t at = 25600; at < 60000; at += 100) {
        ack(&queue, at - 300, 0, 0, 0, 0);
        send_until(&queue, 100, at + 100);
    }
    const TcpSent *ring = queue.ring;
    g_assert_cmpuint(queue.count, ==, 4);
    g_assert_cmpuint(queue.capacity, <=, 16);
    send_until(&queue, 100, 60000 + 25000);
    g_assert_true(queue.ring == ring && queue.capacity == 256);
    for (uint32_t i = 0; i < queue.count; i++) {
        g_assert_cmpuint(tcp_sent_at(&queue, i)->seq, ==, START + 59600 + 100 * i);
    }
    tcp_sent_clear(&queue);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/sent/cumulative", test_cumulative);
    g_test_add_func("/tcp/sent/find", test_find);
    g_test_add_func("/tcp/sent/split-keeps-flags", test_split_keeps_flags);
    g_test_add_func("/tcp/sent/karn", test_karn);
    for (size_t i = 0; i < G_N_ELEMENTS(blocks); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/sent/block/%s", blocks[i].label);
        g_test_add_data_func(path, &blocks[i], test_block);
    }
    g_test_add_func("/tcp/sent/reneging-is-seen", test_reneging_is_seen);
    g_test_add_func("/tcp/sent/time-out-keeps-sacks", test_time_out_keeps_sacks);
    for (size_t i = 0; i < G_N_ELEMENTS(losses); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/sent/is-lost/%s", losses[i].label);
        g_test_add_data_func(path, &losses[i], test_loss);
    }
    g_test_add_func("/tcp/sent/random", test_random);
    g_test_add_func("/tcp/sent/large-window", test_large_window);
    g_test_add_func("/tcp/sent/laps-are-short", test_laps_are_short);
    return g_test_run();
}
