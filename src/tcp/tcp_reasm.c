/* Reassembly: the run that is ready, and a list of early ranges, searched from the one changed
 * last. */

#include "tcp/tcp_reasm.h"

struct TcpReasmPiece {
    Payload payload;
    TcpReasmPiece *next;
};

typedef struct TcpReasmRange TcpReasmRange;

struct TcpReasmGaps {
    TcpReasmRange *early, *early_last; /* sorted, disjoint, not adjacent */
    TcpReasmRange *hint;               /* the range changed last; NULL: none */
    uint8_t recent_count;
    WireSack recent[WIRE_TCP_MAX_SACKS]; /* blocks in the order that RFC 2018 section 4 wants */
};

struct TcpReasmRange {
    TcpSeq left, right;
    TcpReasmRun run;
    TcpReasmRange *before, *after;
};

/* ---- runs ---- */

/* Takes the payload. */
static void run_append(TcpReasmRun *run, Payload payload)
{
    if (run->payload.len_bytes == 0) {
        run->payload = payload;
        return;
    }
    if (payload_append(run->last != NULL ? &run->last->payload : &run->payload, &payload)) {
        payload_clear(&payload);
        return;
    }
    TcpReasmPiece *piece = g_new(TcpReasmPiece, 1);
    *piece = (TcpReasmPiece){ .payload = payload };
    if (run->last != NULL) {
        run->last->next = piece;
    } else {
        run->more = piece;
    }
    run->last = piece;
}

/* Gives the first payload of a run that is not empty up to the caller. */
static Payload run_take_first(TcpReasmRun *run)
{
    Payload payload = run->payload;
    run->payload = (Payload){ 0 };
    TcpReasmPiece *piece = run->more;
    if (piece != NULL) {
        run->payload = piece->payload;
        run->more = piece->next;
        run->last = run->more != NULL ? run->last : NULL;
        g_free(piece);
    }
    return payload;
}

/* Moves everything from one run to the end of another. */
static void run_move(TcpReasmRun *to, TcpReasmRun *from)
{
    while (from->payload.len_bytes > 0) {
        run_append(to, run_take_first(from));
    }
}

static void run_clear(TcpReasmRun *run)
{
    while (run->payload.len_bytes > 0) {
        Payload payload = run_take_first(run);
        payload_clear(&payload);
    }
}

/* ---- the list of early ranges ---- */

static TcpReasmRange *range_insert_before(TcpReasm *reasm, TcpReasmRange *after, TcpSeq left)
{
    TcpReasmRange *range = g_new(TcpReasmRange, 1);
    *range = (TcpReasmRange){ .left = left, .right = left, .after = after };
    range->before = after != NULL ? after->before : reasm->gaps->early_last;
    *(range->before != NULL ? &range->before->after : &reasm->gaps->early) = range;
    *(after != NULL ? &after->before : &reasm->gaps->early_last) = range;
    reasm->early_ranges++;
    return range;
}

/* Takes the range, whose bytes have gone elsewhere, out of the list. */
static void range_remove(TcpReasm *reasm, TcpReasmRange *range)
{
    *(range->before != NULL ? &range->before->after : &reasm->gaps->early) = range->after;
    *(range->after != NULL ? &range->after->before : &reasm->gaps->early_last) = range->before;
    reasm->early_ranges--;
    reasm->gaps->hint = reasm->gaps->hint == range ? NULL : reasm->gaps->hint;
    run_clear(&range->run);
    g_free(range);
}

/* The first range that ends at seq or later: the one to grow, or to stand before. */
static TcpReasmRange *range_find(const TcpReasm *reasm, TcpSeq seq)
{
    TcpReasmRange *range = reasm->gaps->early_last;
    if (range == NULL || seq_gt(seq, range->right)) {
        return NULL;
    }
    range = reasm->gaps->hint != NULL ? reasm->gaps->hint : reasm->gaps->early;
    while (range->before != NULL && seq_geq(range->before->right, seq)) {
        range = range->before;
    }
    while (seq_lt(range->right, seq)) {
        range = range->after;
    }
    return range;
}

/* ---- what the next ACKs report ---- */

/* RFC 2883 section 4.2: of several duplicate stretches in one segment, the first. It waits for an
 * acknowledgement that is delayed, because the segment brought something new too. */
static void note_duplicate(TcpReasm *reasm, TcpSeq left, TcpSeq right)
{
    if (reasm->duplicate.left == reasm->duplicate.right && seq_lt(left, right)) {
        reasm->duplicate = (WireSack){ left, right };
    }
}

static bool within(const WireSack *inner, TcpSeq left, TcpSeq right)
{
    return seq_leq(left, inner->left) && seq_leq(inner->right, right);
}

/* Forgets the blocks within [left, right). */
static void recent_forget(TcpReasm *reasm, TcpSeq left, TcpSeq right)
{
    uint8_t kept = 0;
    for (uint8_t i = 0; i < reasm->gaps->recent_count; i++) {
        if (!within(&reasm->gaps->recent[i], left, right)) {
            reasm->gaps->recent[kept++] = reasm->gaps->recent[i];
        }
    }
    reasm->gaps->recent_count = kept;
}

/* RFC 2018 section 4: the block that holds the latest segment comes first. */
static void recent_push(TcpReasm *reasm, TcpSeq left, TcpSeq right)
{
    recent_forget(reasm, left, right);
    reasm->gaps->recent_count = MIN(reasm->gaps->recent_count + 1, WIRE_TCP_MAX_SACKS);
    for (uint8_t i = reasm->gaps->recent_count - 1; i > 0; i--) {
        reasm->gaps->recent[i] = reasm->gaps->recent[i - 1];
    }
    reasm->gaps->recent[0] = (WireSack){ left, right };
}

static bool is_recent(const TcpReasm *reasm, TcpSeq left)
{
    for (uint8_t i = 0; i < reasm->gaps->recent_count; i++) {
        if (reasm->gaps->recent[i].left == left) {
            return true;
        }
    }
    return false;
}

uint32_t tcp_reasm_span_bytes(const TcpReasm *reasm)
{
    return tcp_reasm_has_gap(reasm) ? reasm->gaps->early_last->right - reasm->rcv_nxt : 0;
}

uint8_t tcp_reasm_sacks(TcpReasm *reasm, uint8_t max, bool with_dsack, WireSack *out_blocks)
{
    uint8_t count = 0;
    if (with_dsack && max > 0 && reasm->duplicate.left != reasm->duplicate.right) {
        out_blocks[count++] = reasm->duplicate;
    }
    reasm->duplicate = (WireSack){ 0 };
    if (!tcp_reasm_has_gap(reasm)) {
        return count;
    }
    for (uint8_t i = 0; i < reasm->gaps->recent_count && count < max; i++) {
        out_blocks[count++] = reasm->gaps->recent[i];
    }
    /* More ranges than are remembered as recent: the lowest, which the sender needs first. */
    const TcpReasmRange *range =
        reasm->gaps->recent_count < reasm->early_ranges ? reasm->gaps->early : NULL;
    for (; range != NULL && count < max; range = range->after) {
        if (!is_recent(reasm, range->left)) {
            out_blocks[count++] = (WireSack){ range->left, range->right };
        }
    }
    return count;
}

/* ---- insertion ---- */

/* A segment being inserted: what is left of it. */
typedef struct Incoming {
    TcpSeq seq;
    Payload payload;
    bool kept_any;
} Incoming;

/* Cuts off the first len bytes and returns them. */
static Payload incoming_take(Incoming *in, uint32_t len_bytes)
{
    Payload part = payload_slice(&in->payload, 0, len_bytes);
    Payload rest = payload_slice(&in->payload, len_bytes, in->payload.len_bytes - len_bytes);
    payload_clear(&in->payload);
    in->payload = rest;
    in->seq += len_bytes;
    return part;
}

/* Cuts off what lies before seq: a duplicate. */
static void incoming_skip_to(TcpReasm *reasm, Incoming *in, TcpSeq seq)
{
    if (seq_geq(in->seq, seq)) {
        return;
    }
    uint32_t len_bytes = MIN(seq - in->seq, in->payload.len_bytes);
    note_duplicate(reasm, in->seq, in->seq + len_bytes);
    Payload part = incoming_take(in, len_bytes);
    payload_clear(&part);
}

/* Moves what fits before `range` (NULL: all of it) to the end of a run. Returns its length. */
static uint32_t fill_gap(Incoming *in, TcpReasmRun *run, const TcpReasmRange *range)
{
    uint32_t len_bytes = in->payload.len_bytes;
    if (range != NULL && seq_lt(range->left, in->seq + len_bytes)) {
        len_bytes = range->left - in->seq;
    }
    if (len_bytes > 0) {
        run_append(run, incoming_take(in, len_bytes));
        in->kept_any = true;
    }
    return len_bytes;
}

/* In order, while something early is held: fills gaps and moves ranges that are reached. */
static TcpReasmResult insert_in_order(TcpReasm *reasm, Incoming *in)
{
    for (;;) {
        TcpReasmRange *range = tcp_reasm_has_gap(reasm) ? reasm->gaps->early : NULL;
        uint32_t len_bytes = fill_gap(in, &reasm->ready, range);
        reasm->rcv_nxt += len_bytes;
        reasm->ready_bytes += len_bytes;
        if (range == NULL || range->left != reasm->rcv_nxt) {
            return TCP_REASM_IN_ORDER;
        }
        incoming_skip_to(reasm, in, range->right);
        uint32_t range_bytes = range->right - range->left;
        reasm->rcv_nxt = range->right;
        reasm->ready_bytes += range_bytes;
        reasm->early_bytes -= range_bytes;
        recent_forget(reasm, range->left, range->right);
        run_move(&reasm->ready, &range->run);
        range_remove(reasm, range);
    }
}

/* Joins the next range to this one, which has reached it. */
static void absorb_next(TcpReasm *reasm, TcpReasmRange *range)
{
    TcpReasmRange *next = range->after;
    range->right = next->right;
    run_move(&range->run, &next->run);
    range_remove(reasm, next);
}

static TcpReasmResult insert_early(TcpReasm *reasm, Incoming *in)
{
    if (reasm->gaps == NULL) {
        reasm->gaps = g_new0(TcpReasmGaps, 1);
    }
    TcpReasmRange *range = range_find(reasm, in->seq);
    if (range == NULL || seq_lt(in->seq, range->left)) {
        if (reasm->early_ranges == TCP_REASM_MAX_RANGES) {
            return TCP_REASM_NO_ROOM;
        }
        range = range_insert_before(reasm, range, in->seq);
    }
    incoming_skip_to(reasm, in, range->right);
    while (in->payload.len_bytes > 0 ||
           (range->after != NULL && range->after->left == range->right)) {
        uint32_t len_bytes = fill_gap(in, &range->run, range->after);
        range->right += len_bytes;
        reasm->early_bytes += len_bytes;
        if (range->after != NULL && range->after->left == range->right) {
            incoming_skip_to(reasm, in, range->after->right);
            absorb_next(reasm, range);
        }
    }
    reasm->gaps->hint = range;
    recent_push(reasm, range->left, range->right);
    return in->kept_any ? TCP_REASM_EARLY : TCP_REASM_DUPLICATE;
}

void tcp_reasm_init(TcpReasm *reasm, TcpSeq rcv_nxt)
{
    *reasm = (TcpReasm){ .rcv_nxt = rcv_nxt };
}

void tcp_reasm_clear(TcpReasm *reasm)
{
    run_clear(&reasm->ready);
    while (tcp_reasm_has_gap(reasm)) {
        range_remove(reasm, reasm->gaps->early);
    }
    g_free(reasm->gaps);
    tcp_reasm_init(reasm, reasm->rcv_nxt);
}

TcpReasmResult tcp_reasm_insert(TcpReasm *reasm, TcpSeq seq, Payload payload)
{
    uint32_t len_bytes = payload.len_bytes;
    g_assert(len_bytes > 0);
    if (G_LIKELY(seq == reasm->rcv_nxt && reasm->early_ranges == 0)) {
        run_append(&reasm->ready, payload);
        reasm->rcv_nxt += len_bytes;
        reasm->ready_bytes += len_bytes;
        return TCP_REASM_IN_ORDER;
    }
    Incoming in = { seq, payload, false };
    TcpReasmResult result = TCP_REASM_DUPLICATE;
    incoming_skip_to(reasm, &in, reasm->rcv_nxt);
    if (in.payload.len_bytes > 0) {
        result = in.seq == reasm->rcv_nxt ? insert_in_order(reasm, &in) : insert_early(reasm, &in);
    }
    payload_clear(&in.payload);
    return result;
}

Payload tcp_reasm_read(TcpReasm *reasm, uint32_t max_bytes)
{
    uint32_t first_bytes = reasm->ready.payload.len_bytes;
    if (first_bytes == 0 || max_bytes == 0) {
        return (Payload){ 0 };
    }
    if (first_bytes <= max_bytes) {
        reasm->ready_bytes -= first_bytes;
        return run_take_first(&reasm->ready);
    }
    Payload *payload = &reasm->ready.payload;
    Payload head = payload_slice(payload, 0, max_bytes);
    Payload tail = payload_slice(payload, max_bytes, first_bytes - max_bytes);
    payload_clear(payload);
    *payload = tail;
    reasm->ready_bytes -= max_bytes;
    return head;
}
