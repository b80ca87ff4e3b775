/* The scoreboard: a ring of sent segments, with sums and hints kept as it changes. */

#include "tcp/tcp_sent.h"

#include <string.h>

#include "config.h"
#include "tcp/tcp_rate.h"

enum {
    INITIAL_RECORDS = 4,
    IDLE_RECORDS = 64, /* a larger ring is given back when empty */
    LAP_SHARE = 4      /* a lap is shortened when no more than one in so many slots is in use */
};

static uint32_t len_of(const TcpSent *record)
{
    return record->end - record->seq;
}

#ifdef WIRELAB_CHECKING

/* Counts everything again, record by record. */
static void recount(const TcpSentQueue *queue)
{
    uint32_t out = 0, sacked = 0, lost = 0, again = 0, above = 0, above_runs = 0, count = 0;
    bool in_run = false;
    for (uint32_t i = 0; i < queue->count; i++) {
        const TcpSent *record = tcp_sent_at(queue, i);
        uint8_t flags = record->flags;
        bool is_sacked = (flags & TCP_SENT_SACKED) != 0;
        uint32_t len = len_of(record);
        out += len;
        sacked += is_sacked ? len : 0;
        count += is_sacked;
        lost += flags & TCP_SENT_LOST ? len : 0;
        again += flags & TCP_SENT_RETRANSMITTED ? len : 0;
        g_assert(!is_sacked || (flags & (TCP_SENT_LOST | TCP_SENT_RETRANSMITTED)) == 0);
        g_assert(i == 0 || tcp_sent_at(queue, i - 1)->end == record->seq);
        if (i < queue->lost_next) {
            g_assert((flags & (TCP_SENT_SACKED | TCP_SENT_LOST)) != 0);
            continue;
        }
        above += is_sacked ? len : 0;
        above_runs += is_sacked && !in_run;
        in_run = is_sacked;
    }
    g_assert(out == queue->out_bytes && sacked == queue->sacked_bytes);
    g_assert(count == queue->sacked_count);
    g_assert(lost == queue->lost_bytes && again == queue->retransmitted_bytes);
    g_assert(above == queue->above_bytes && above_runs == queue->above_runs);
}

#endif

/* What holds after every change, in every build. */
static void check(const TcpSentQueue *queue)
{
    g_assert(queue->sacked_bytes + queue->lost_bytes <= queue->out_bytes);
    g_assert(queue->retransmitted_bytes <= queue->out_bytes - queue->sacked_bytes);
    g_assert(queue->lost_next <= queue->count && queue->resend_next <= queue->count);
#ifdef WIRELAB_CHECKING
    recount(queue);
#endif
}

void tcp_sent_init(TcpSentQueue *queue)
{
    *queue = (TcpSentQueue){ 0 };
}

void tcp_sent_measure_rate(TcpSentQueue *queue, int64_t now_ns)
{
    queue->rate = tcp_rate_new(queue, now_ns);
}

void tcp_sent_forget_rate(TcpSentQueue *queue)
{
    g_clear_pointer(&queue->rate, tcp_rate_free);
}

void tcp_sent_clear(TcpSentQueue *queue)
{
    TcpRate *rate = queue->rate;
    if (rate != NULL) {
        tcp_rate_resize(queue, 0);
    }
    g_free(queue->ring);
    *queue = (TcpSentQueue){ .rate = rate };
}

/* Twice the slots, in a ring of its own. */
static void move_to_larger(TcpSentQueue *queue)
{
    uint32_t capacity = queue->capacity != 0 ? 2 * queue->capacity : INITIAL_RECORDS;
    TcpSent *ring = g_new(TcpSent, capacity);
    for (uint32_t i = 0; i < queue->count; i++) {
        ring[i] = *tcp_sent_at(queue, i);
    }
    if (G_UNLIKELY(queue->rate != NULL)) {
        tcp_rate_resize(queue, capacity);
    }
    g_free(queue->ring);
    queue->ring = ring;
    queue->first = 0;
    queue->capacity = queue->allocated = capacity;
}

/* Twice the slots; the ring is full. */
static void grow(TcpSentQueue *queue)
{
    if (queue->capacity == queue->allocated) {
        move_to_larger(queue);
        return;
    }
    /* Those of this lap follow those of the last one. */
    uint32_t first = queue->first & (queue->capacity - 1);
    memcpy(&queue->ring[queue->capacity], queue->ring, first * sizeof *queue->ring);
    queue->first = first;
    queue->capacity *= 2;
}

/* Few are outstanding and none of them is of the next lap: makes that shorter. */
static void shorten_lap(TcpSentQueue *queue)
{
    const TcpSent *oldest = tcp_sent_at(queue, 0);
    memcpy(queue->ring, oldest, queue->count * sizeof *oldest);
    queue->first = 0;
    while (queue->capacity > INITIAL_RECORDS && queue->count <= queue->capacity / LAP_SHARE) {
        queue->capacity /= 2;
    }
}

void tcp_sent_push(TcpSentQueue *queue, const TcpSent *segment)
{
    g_assert(queue->count == 0 || tcp_sent_at(queue, queue->count - 1)->end == segment->seq);
    g_assert(seq_lt(segment->seq, segment->end) && segment->flags == 0 && segment->sacked_run == 0);
    if (G_UNLIKELY(queue->count == queue->capacity)) {
        grow(queue);
    } else if (((queue->first + queue->count) & (queue->capacity - 1)) == 0 &&
               queue->count <= queue->capacity / LAP_SHARE) {
        shorten_lap(queue);
    }
    queue->count++;
    *tcp_sent_at(queue, queue->count - 1) = *segment;
    queue->out_bytes += len_of(segment);
    if (G_UNLIKELY(queue->rate != NULL)) {
        tcp_rate_on_sent(queue, queue->count - 1);
    }
    check(queue);
}

/* Record `to` becomes a copy of record `from`. */
static void copy_record(TcpSentQueue *queue, uint32_t to, uint32_t from)
{
    *tcp_sent_at(queue, to) = *tcp_sent_at(queue, from);
    if (G_UNLIKELY(queue->rate != NULL)) {
        tcp_rate_copy(queue, to, from);
    }
}

/* Index of the first record that ends after seq; count if none. Segments are mostly of one size, so
 * the first guess is mostly right; otherwise the interval is halved. */
static uint32_t first_ending_after(const TcpSentQueue *queue, TcpSeq seq)
{
    if (queue->count == 0 || seq_leq(seq, tcp_sent_at(queue, 0)->seq)) {
        return 0;
    }
    uint32_t from_start = seq - tcp_sent_at(queue, 0)->seq;
    if (from_start >= queue->out_bytes) {
        return queue->count;
    }
    uint32_t low = 0, high = queue->count - 1;
    uint32_t guess = (uint32_t)((uint64_t)from_start * queue->count / queue->out_bytes);
    while (low < high) {
        const TcpSent *record = tcp_sent_at(queue, guess);
        if (seq_leq(record->end, seq)) {
            low = guess + 1;
        } else if (seq_leq(record->seq, seq)) {
            return guess;
        } else {
            high = guess - 1;
        }
        guess = low + (high - low) / 2;
    }
    return low;
}

uint32_t tcp_sent_find(const TcpSentQueue *queue, TcpSeq seq)
{
    if (queue->count == 0 || seq_lt(seq, tcp_sent_at(queue, 0)->seq)) {
        return queue->count;
    }
    return first_ending_after(queue, seq);
}

void tcp_sent_split(TcpSentQueue *queue, uint32_t i, TcpSeq seq)
{
    const TcpSent *whole = tcp_sent_at(queue, i);
    g_assert(i < queue->count && seq_lt(whole->seq, seq) && seq_lt(seq, whole->end));
    if (queue->count == queue->capacity) {
        grow(queue);
    }
    for (uint32_t k = queue->count; k > i; k--) {
        copy_record(queue, k, k - 1);
    }
    queue->count++;
    TcpSent *left = tcp_sent_at(queue, i), *right = tcp_sent_at(queue, i + 1);
    left->end = seq;
    right->seq = seq;
    left->ctl &= (uint8_t) ~(TCP_FIN | TCP_PSH);
    right->ctl &= (uint8_t)~TCP_SYN;
    queue->lost_next += queue->lost_next > i;
    queue->resend_next += queue->resend_next > i;
    check(queue);
}

/* Sets and clears flags of an un-SACKed record, keeping the sums. */
static void mark(TcpSentQueue *queue, TcpSent *record, uint8_t set, uint8_t clear)
{
    uint8_t was = record->flags, is = (uint8_t)((was & ~clear) | set), changed = was ^ is;
    uint32_t len = len_of(record);
    if (G_UNLIKELY(queue->rate != NULL) && (set & TCP_SENT_LOST) != 0 && changed != 0) {
        queue->rate->lost_bytes += len; /* the record, or its latest copy */
    }
    if (changed & TCP_SENT_LOST) {
        queue->lost_bytes += is & TCP_SENT_LOST ? len : -len;
    }
    if (changed & TCP_SENT_RETRANSMITTED) {
        queue->retransmitted_bytes += is & TCP_SENT_RETRANSMITTED ? len : -len;
    }
    record->flags = is;
}

void tcp_sent_again(TcpSentQueue *queue, uint32_t i, SimKey packet, bool counted, int64_t now_ns)
{
    TcpSent *record = tcp_sent_at(queue, i);
    g_assert(i < queue->count && (record->flags & TCP_SENT_SACKED) == 0);
    record->packet = packet;
    record->sent_at_ns = now_ns;
    record->transmissions++;
    mark(queue, record, TCP_SENT_EVER_RETRANSMITTED | (counted ? TCP_SENT_RETRANSMITTED : 0), 0);
    if (counted) {
        queue->resend_next = MAX(queue->resend_next, i + 1);
    }
    if (G_UNLIKELY(queue->rate != NULL)) {
        tcp_rate_on_sent(queue, i);
    }
    check(queue);
}

/* ---- cumulative acknowledgement ---- */

/* Takes len bytes at the front of the oldest record, which has its flags, out of the sums. */
static void forget_front(TcpSentQueue *queue, const TcpSent *record, uint32_t len)
{
    queue->out_bytes -= len;
    if (record->flags & TCP_SENT_LOST) {
        queue->lost_bytes -= len;
    }
    if (record->flags & TCP_SENT_RETRANSMITTED) {
        queue->retransmitted_bytes -= len;
    }
    if (record->flags & TCP_SENT_SACKED) {
        queue->sacked_bytes -= len;
        queue->above_bytes -= queue->lost_next == 0 ? len : 0;
    }
}

static void note_resent(TcpSentAck *out_ack, const TcpSent *record)
{
    if (G_UNLIKELY(record->flags & TCP_SENT_EVER_RETRANSMITTED)) {
        out_ack->resent_at_ns = out_ack->resent_at_ns < 0
                                    ? record->sent_at_ns
                                    : MIN(out_ack->resent_at_ns, record->sent_at_ns);
    }
}

/* Notes for out_ack that the record, or its part up to end, was delivered just now. */
static void note_delivered(const TcpSentQueue *queue, TcpSentAck *out_ack, const TcpSent *record,
                           TcpSeq end)
{
    if (G_UNLIKELY(queue->rate != NULL)) {
        tcp_rate_on_delivered(queue, record);
    }
    const TcpSentMark mark = { record->sent_at_ns, record->packet };
    if (out_ack->delivered_bytes == 0 || seq_gt(end, out_ack->highest)) {
        out_ack->highest = end;
    }
    if (G_UNLIKELY(record->flags & TCP_SENT_EVER_RETRANSMITTED)) {
        if (tcp_sent_after(&mark, &out_ack->newest_again)) {
            out_ack->newest_again = mark;
        }
        return;
    }
    if (out_ack->newest_once.sent_at_ns < 0 || seq_lt(end, out_ack->lowest_once)) {
        out_ack->lowest_once = end;
        out_ack->lowest_once_at_ns = record->sent_at_ns;
    }
    if (tcp_sent_after(&mark, &out_ack->newest_once)) {
        out_ack->newest_once = mark;
    }
}

/* Notes for out_ack that len bytes of the record were acknowledged cumulatively. */
static void note_acked(const TcpSentQueue *queue, TcpSentAck *out_ack, const TcpSent *record,
                       uint32_t len)
{
    out_ack->acked_bytes += len;
    note_resent(out_ack, record);
    if ((record->flags & TCP_SENT_SACKED) == 0) {
        note_delivered(queue, out_ack, record, record->seq + len);
        out_ack->delivered_bytes += len;
        out_ack->last_acked_at_ns = record->sent_at_ns;
    }
}

static void drop_oldest(TcpSentQueue *queue)
{
    const TcpSent *record = tcp_sent_at(queue, 0);
    forget_front(queue, record, len_of(record));
    if (record->flags & TCP_SENT_SACKED) {
        bool run_goes_on = queue->count > 1 && (tcp_sent_at(queue, 1)->flags & TCP_SENT_SACKED);
        queue->above_runs -= queue->lost_next == 0 && !run_goes_on;
        queue->sacked_count--;
    }
    queue->first++;
    queue->count--;
    queue->lost_next -= queue->lost_next > 0;
    queue->resend_next -= queue->resend_next > 0;
}

static void drop_acked(TcpSentQueue *queue, TcpSeq snd_una, TcpSentAck *out_ack)
{
    while (queue->count > 0) {
        TcpSent *record = tcp_sent_at(queue, 0);
        if (seq_leq(record->end, snd_una)) {
            note_acked(queue, out_ack, record, len_of(record));
            drop_oldest(queue);
            continue;
        }
        if (seq_lt(record->seq, snd_una)) {
            note_acked(queue, out_ack, record, snd_una - record->seq);
            forget_front(queue, record, snd_una - record->seq);
            record->seq = snd_una;
            record->ctl &= (uint8_t)~TCP_SYN;
        }
        break;
    }
}

/* ---- selective acknowledgement ---- */

static bool is_sacked(const TcpSentQueue *queue, uint32_t i)
{
    return i < queue->count && (tcp_sent_at(queue, i)->flags & TCP_SENT_SACKED) != 0;
}

/* A record above lost_next joins the SACKed ones: how many runs are there now? */
static void count_run(TcpSentQueue *queue, uint32_t i)
{
    bool before = i > queue->lost_next && is_sacked(queue, i - 1);
    bool after = is_sacked(queue, i + 1);
    queue->above_runs += 1 - before - after;
}

static void sack_record(TcpSentQueue *queue, uint32_t i, TcpSentAck *out_ack)
{
    TcpSent *record = tcp_sent_at(queue, i);
    uint32_t len = len_of(record);
    note_resent(out_ack, record);
    mark(queue, record, TCP_SENT_SACKED, TCP_SENT_LOST | TCP_SENT_RETRANSMITTED);
    record->sacked_run = 1;
    if (queue->sacked_bytes == 0 || seq_gt(record->end, queue->highest_sacked)) {
        queue->highest_sacked = record->end;
    }
    queue->sacked_bytes += len;
    queue->sacked_count++;
    if (i >= queue->lost_next) {
        queue->above_bytes += len;
        count_run(queue, i);
    }
    note_delivered(queue, out_ack, record, record->end);
    out_ack->newly_sacked_bytes += len;
    out_ack->delivered_bytes += len;
}

/* Marks the records of one block, stepping over runs that are marked already. */
static void apply_block(TcpSentQueue *queue, TcpSeq left, TcpSeq right, TcpSentAck *out_ack)
{
    uint32_t start = first_ending_after(queue, left), i = start;
    while (i < queue->count) {
        const TcpSent *record = tcp_sent_at(queue, i);
        if (seq_geq(record->seq, right)) {
            break;
        }
        if (record->flags & TCP_SENT_SACKED) {
            i += record->sacked_run;
            continue;
        }
        if (seq_lt(record->seq, left)) {
            tcp_sent_split(queue, i, left);
            start = ++i;
            continue;
        }
        if (seq_gt(record->end, right)) {
            tcp_sent_split(queue, i, right);
        }
        sack_record(queue, i, out_ack);
        i++;
    }
    if (i > start) {
        tcp_sent_at(queue, start)->sacked_run = i - start;
    }
}

/* RFC 2883 section 4: the first block reports a duplicate if it lies below the cumulative ACK or
 * within the second block. */
static bool is_dsack(TcpSeq ack, const WireSack *blocks, uint8_t block_count)
{
    return block_count > 0 && (seq_leq(blocks[0].right, ack) ||
                               (block_count > 1 && seq_geq(blocks[0].left, blocks[1].left) &&
                                seq_leq(blocks[0].right, blocks[1].right)));
}

static void apply_blocks(TcpSentQueue *queue, TcpSeq snd_una, const WireSack *blocks,
                         uint8_t block_count, TcpSentAck *out_ack)
{
    TcpSeq snd_nxt = snd_una + queue->out_bytes;
    for (uint8_t i = 0; i < block_count; i++) {
        if (seq_gt(blocks[i].left, snd_una) && seq_lt(blocks[i].left, blocks[i].right) &&
            seq_leq(blocks[i].right, snd_nxt)) {
            apply_block(queue, blocks[i].left, blocks[i].right, out_ack);
        }
    }
    out_ack->sack_was_new = out_ack->newly_sacked_bytes > 0;
}

void tcp_sent_ack(TcpSentQueue *queue, TcpSeq snd_una, const WireSack *blocks, uint8_t block_count,
                  TcpSentAck *out_ack)
{
    *out_ack = (TcpSentAck){
        .newest_once = { .sent_at_ns = -1 },
        .newest_again = { .sent_at_ns = -1 },
        .resent_at_ns = -1,
        .last_acked_at_ns = -1,
    };
    if (G_UNLIKELY(queue->rate != NULL)) {
        tcp_rate_begin_ack(queue);
    }
    drop_acked(queue, snd_una, out_ack);
    if (queue->count == 0 && queue->allocated > IDLE_RECORDS) {
        tcp_sent_clear(queue);
    }
    if (G_UNLIKELY(block_count > 0)) {
        out_ack->dsack = is_dsack(snd_una, blocks, block_count);
        out_ack->duplicate = blocks[0];
        apply_blocks(queue, snd_una, blocks, block_count, out_ack);
    }
    out_ack->reneged = is_sacked(queue, 0);
    check(queue);
}

/* ---- losses ---- */

/* Moves lost_next over one SACKed record. */
static void pass_sacked(TcpSentQueue *queue, const TcpSent *record)
{
    queue->above_bytes -= len_of(record);
    queue->above_runs -= !is_sacked(queue, queue->lost_next + 1);
    queue->lost_next++;
}

void tcp_sent_find_losses(TcpSentQueue *queue, uint32_t dupthresh, uint32_t mss_bytes)
{
    while (queue->above_bytes > 0) {
        TcpSent *record = tcp_sent_at(queue, queue->lost_next);
        if (record->flags & TCP_SENT_SACKED) {
            pass_sacked(queue, record);
            continue;
        }
        /* RFC 6675 section 4, IsLost(). */
        if (queue->above_runs < dupthresh && queue->above_bytes <= (dupthresh - 1) * mss_bytes) {
            break;
        }
        mark(queue, record, TCP_SENT_LOST, 0);
        queue->lost_next++;
    }
    check(queue);
}

/* RFC 2018 section 8: what was SACKED is outstanding again. */
static void forget_sacks(TcpSentQueue *queue)
{
    for (uint32_t i = 0; i < queue->count; i++) {
        TcpSent *record = tcp_sent_at(queue, i);
        record->flags &= (uint8_t)~TCP_SENT_SACKED;
        record->sacked_run = 0;
    }
    queue->sacked_bytes = 0;
    queue->sacked_count = 0;
}

/* Sets lost_next, and what is counted from there on. */
static void recount_above(TcpSentQueue *queue)
{
    uint32_t i = 0;
    while (i < queue->count &&
           (tcp_sent_at(queue, i)->flags & (TCP_SENT_SACKED | TCP_SENT_LOST)) != 0) {
        i++;
    }
    queue->lost_next = i;
    queue->above_bytes = 0;
    queue->above_runs = 0;
    for (; i < queue->count; i++) {
        if (is_sacked(queue, i)) {
            queue->above_bytes += len_of(tcp_sent_at(queue, i));
            queue->above_runs += !is_sacked(queue, i + 1);
        }
    }
}

void tcp_sent_lose(TcpSentQueue *queue, uint32_t i)
{
    TcpSent *record = tcp_sent_at(queue, i);
    g_assert(i < queue->count && (record->flags & TCP_SENT_SACKED) == 0);
    mark(queue, record, TCP_SENT_LOST, TCP_SENT_RETRANSMITTED);
    check(queue);
}

void tcp_sent_find_again(TcpSentQueue *queue)
{
    for (uint32_t i = 0; i < queue->count; i++) {
        TcpSent *record = tcp_sent_at(queue, i);
        if ((record->flags & TCP_SENT_SACKED) == 0) {
            mark(queue, record, 0, TCP_SENT_LOST | TCP_SENT_RETRANSMITTED);
        }
    }
    recount_above(queue);
    check(queue);
}

void tcp_sent_lose_old(TcpSentQueue *queue, int64_t sent_by_ns)
{
    /* Departs: RFC 2018 section 8 would turn off the SACKed bits at every time-out, for it might
     * mean that the receiver has reneged. As other stacks do, we believe what was SACKed until the
     * oldest segment proves the contrary: SACKed, and yet not acknowledged. RFC 6675 5.1 wants the
     * recovery after a time-out to gain from all that the receiver has told. */
    if (is_sacked(queue, 0)) {
        forget_sacks(queue);
    }
    for (uint32_t i = 0; i < queue->count; i++) {
        TcpSent *record = tcp_sent_at(queue, i);
        bool old = i == 0 || record->sent_at_ns <= sent_by_ns;
        if (old && (record->flags & TCP_SENT_SACKED) == 0) {
            mark(queue, record, TCP_SENT_LOST, TCP_SENT_RETRANSMITTED);
        }
    }
    recount_above(queue);
    queue->resend_next = 0;
    check(queue);
}

void tcp_sent_resend_from_oldest(TcpSentQueue *queue)
{
    for (uint32_t i = 0; i < queue->resend_next; i++) {
        mark(queue, tcp_sent_at(queue, i), 0, TCP_SENT_RETRANSMITTED);
    }
    queue->resend_next = 0;
    check(queue);
}

uint32_t tcp_sent_next_hole(TcpSentQueue *queue)
{
    while (is_sacked(queue, queue->resend_next)) {
        queue->resend_next += tcp_sent_at(queue, queue->resend_next)->sacked_run;
    }
    return queue->resend_next;
}

uint32_t tcp_sent_next_lost(TcpSentQueue *queue)
{
    for (;;) {
        uint32_t i = tcp_sent_next_hole(queue);
        uint8_t flags = i < queue->count ? tcp_sent_at(queue, i)->flags : 0;
        if ((flags & TCP_SENT_RETRANSMITTED) == 0) {
            return flags & TCP_SENT_LOST ? i : queue->count;
        }
        queue->resend_next++;
    }
}
