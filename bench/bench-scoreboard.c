/* What the sender's books cost a segment: the scoreboard with SACK, from the sending of a segment
 * to its cumulative acknowledgement, one in every so many lost and sent again, by size of the
 * window. */

#include <stdio.h>

#include "bench/bench.h"
#include "tcp/tcp_sent.h"

enum { ROUNDS = 7, SEGMENTS = 2000000, MSS = 1448 };

typedef struct Load {
    uint32_t window;     /* segments */
    uint32_t lost_every; /* 0: none */
} Load;

static const Load loads[] = {
    { 10, 0 },    { 100, 0 },    { 1000, 0 }, { 10000, 0 }, { 100, 50 },
    { 1000, 50 }, { 10000, 50 }, { 100, 10 }, { 1000, 10 }, { 10000, 10 },
};

static void send_one(TcpSentQueue *queue, uint32_t i)
{
    const TcpSent record = { .seq = i * MSS, .end = (i + 1) * MSS, .transmissions = 1 };
    tcp_sent_push(queue, &record);
}

/* A window of segments is sent, then acknowledged one by one as a receiver would: a block that
 * grows from the last hole on, with the two before it; then every hole is sent again and
 * acknowledged. */
static void one_window(TcpSentQueue *queue, uint32_t first, const Load *load)
{
    TcpSentAck ack;
    uint32_t end = first + load->window, una = first;
    for (uint32_t i = first; i < end; i++) {
        send_one(queue, i);
    }
    WireSack blocks[3];
    uint8_t count = 0;
    for (uint32_t i = first; i < end; i++) {
        if (load->lost_every != 0 && i % load->lost_every == 0) {
            if (count > 0) {
                blocks[2] = blocks[1];
                blocks[1] = blocks[0];
            }
            count = (uint8_t)MIN(count + 1, 3);
            blocks[0] = (WireSack){ (i + 1) * MSS, (i + 1) * MSS };
            continue;
        }
        if (count == 0) {
            una = i + 1;
        } else {
            blocks[0].right = (i + 1) * MSS;
        }
        tcp_sent_ack(queue, una * MSS, blocks, count, &ack);
        tcp_sent_find_losses(queue, 3, MSS);
    }
    for (uint32_t hole = tcp_sent_next_hole(queue); hole < queue->count;
         hole = tcp_sent_next_hole(queue)) {
        tcp_sent_again(queue, hole, 1, true, 1);
    }
    for (uint32_t i = una; i < end; i += load->lost_every != 0 ? load->lost_every : end) {
        tcp_sent_ack(queue, MIN(i + load->lost_every, end) * MSS, NULL, 0, &ack);
    }
}

static double measure(const Load *load)
{
    double ns[ROUNDS];
    TcpSentQueue queue;
    tcp_sent_init(&queue);
    for (unsigned round = 0; round < ROUNDS; round++) {
        int64_t start_ns = bench_now_ns();
        uint32_t i = 0;
        for (; i < SEGMENTS; i += load->window) {
            one_window(&queue, i, load);
        }
        ns[round] = (double)(bench_now_ns() - start_ns) / i;
    }
    tcp_sent_clear(&queue);
    return bench_median(ns, ROUNDS);
}

int main(void)
{
    printf("scoreboard: ns of processor time a segment, median of %d rounds of %d\n", ROUNDS,
           SEGMENTS);
    for (size_t i = 0; i < G_N_ELEMENTS(loads); i++) {
        printf("window %5u, one lost in %-2u %7.1f\n", loads[i].window, loads[i].lost_every,
               measure(&loads[i]));
    }
    return 0;
}
