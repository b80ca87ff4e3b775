/* The send buffer: nearly always a single run of pattern, else a ring of runs found by
 * bisection. */

#include "tcp/tcp_sendbuf.h"

enum { INITIAL_RUNS = 4 };

void tcp_sendbuf_init(TcpSendBuf *buf, uint32_t limit_bytes)
{
    *buf = (TcpSendBuf){ .limit_bytes = limit_bytes };
}

static TcpSendRun *run_at(const TcpSendBuf *buf, uint32_t i)
{
    return &buf->runs[(buf->first + i) & (buf->capacity - 1)];
}

void tcp_sendbuf_clear(TcpSendBuf *buf)
{
    payload_clear(&buf->single);
    for (uint32_t i = 0; i < buf->count; i++) {
        payload_clear(&run_at(buf, i)->payload);
    }
    g_free(buf->runs);
    tcp_sendbuf_init(buf, buf->limit_bytes);
}

/* Cuts len bytes off the front, len < payload->len_bytes. */
static void trim_front(Payload *payload, uint32_t len_bytes)
{
    payload->len_bytes -= len_bytes;
    payload->offset += payload->stream != 0 ? len_bytes : 0;
    payload->bytes_start += payload->bytes != NULL ? len_bytes : 0;
}

/* ---- writing ---- */

static void push_run(TcpSendBuf *buf, uint64_t at, Payload payload)
{
    if (buf->count == buf->capacity) {
        uint32_t capacity = buf->capacity != 0 ? 2 * buf->capacity : INITIAL_RUNS;
        TcpSendRun *runs = g_new(TcpSendRun, capacity);
        for (uint32_t i = 0; i < buf->count; i++) {
            runs[i] = *run_at(buf, i);
        }
        g_free(buf->runs);
        buf->runs = runs;
        buf->first = 0;
        buf->capacity = capacity;
    }
    buf->count++;
    *run_at(buf, buf->count - 1) = (TcpSendRun){ at, payload };
}

static void append_run(TcpSendBuf *buf, Payload payload)
{
    if (buf->count == 0) {
        push_run(buf, buf->base, buf->single);
        buf->single = (Payload){ 0 };
    }
    if (payload_append(&run_at(buf, buf->count - 1)->payload, &payload)) {
        payload_clear(&payload);
    } else {
        push_run(buf, buf->end, payload);
    }
}

void tcp_sendbuf_append(TcpSendBuf *buf, Payload payload)
{
    uint32_t len_bytes = payload.len_bytes;
    g_assert(len_bytes <= tcp_sendbuf_room_bytes(buf));
    if (buf->end == buf->base) {
        buf->single = payload;
    } else if (buf->count == 0 && payload_append(&buf->single, &payload)) {
        payload_clear(&payload);
    } else {
        append_run(buf, payload);
    }
    buf->end += len_bytes;
}

/* ---- reading ---- */

/* Index of the run that holds `place`. */
static uint32_t find_run(const TcpSendBuf *buf, uint64_t place)
{
    uint32_t low = 0, high = buf->count - 1;
    while (low < high) {
        uint32_t middle = low + (high - low + 1) / 2;
        if (run_at(buf, middle)->at <= place) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

/* Whether b's bytes follow a's in one stream. */
static bool continues(const Payload *a, const Payload *b)
{
    return a->stream != 0 && a->stream == b->stream && a->offset + a->len_bytes == b->offset;
}

/* Copies [place, place + len), which begins in run i. */
static Payload join(const TcpSendBuf *buf, uint32_t i, uint64_t place, uint32_t len_bytes)
{
    uint8_t *bytes = g_malloc(len_bytes);
    Payload joined = { .len_bytes = len_bytes };
    bool one_stream = true;
    for (uint32_t done_bytes = 0; done_bytes < len_bytes; i++) {
        const TcpSendRun *run = run_at(buf, i);
        uint32_t skip_bytes = (uint32_t)(place + done_bytes - run->at);
        uint32_t part_bytes = MIN(run->payload.len_bytes - skip_bytes, len_bytes - done_bytes);
        Payload part = payload_slice(&run->payload, skip_bytes, part_bytes);
        payload_write(&part, bytes + done_bytes);
        if (done_bytes == 0) {
            joined.stream = part.stream;
            joined.offset = part.offset;
        } else {
            one_stream = one_stream && continues(&run_at(buf, i - 1)->payload, &part);
        }
        payload_clear(&part);
        done_bytes += part_bytes;
    }
    if (!one_stream) {
        joined.stream = 0;
        joined.offset = 0;
    }
    joined.bytes = g_bytes_new_take(bytes, len_bytes);
    return joined;
}

static Payload slice_runs(const TcpSendBuf *buf, uint64_t place, uint32_t len_bytes)
{
    uint32_t i = find_run(buf, place);
    const TcpSendRun *run = run_at(buf, i);
    uint32_t skip_bytes = (uint32_t)(place - run->at);
    if (len_bytes <= run->payload.len_bytes - skip_bytes) {
        return payload_slice(&run->payload, skip_bytes, len_bytes);
    }
    return join(buf, i, place, len_bytes);
}

Payload tcp_sendbuf_slice(const TcpSendBuf *buf, uint64_t place, uint32_t len_bytes)
{
    g_assert(buf->base <= place && place + len_bytes <= buf->end);
    if (G_LIKELY(buf->count == 0)) {
        return payload_slice(&buf->single, (uint32_t)(place - buf->base), len_bytes);
    }
    return slice_runs(buf, place, len_bytes);
}

/* ---- forgetting ---- */

static void drop_runs_before(TcpSendBuf *buf, uint64_t place)
{
    while (buf->count > 0) {
        TcpSendRun *run = run_at(buf, 0);
        if (place < run->at + run->payload.len_bytes) {
            trim_front(&run->payload, (uint32_t)(place - run->at));
            run->at = place;
            break;
        }
        payload_clear(&run->payload);
        buf->first++;
        buf->count--;
    }
    if (buf->count == 1) {
        buf->single = run_at(buf, 0)->payload;
        buf->count = 0;
    }
    if (buf->count == 0) {
        g_clear_pointer(&buf->runs, g_free);
        buf->capacity = 0;
    }
}

void tcp_sendbuf_drop_before(TcpSendBuf *buf, uint64_t place)
{
    g_assert(buf->base <= place && place <= buf->end);
    if (place == buf->end) {
        payload_clear(&buf->single);
    } else if (buf->count == 0) {
        trim_front(&buf->single, (uint32_t)(place - buf->base));
    }
    if (buf->count > 0) {
        drop_runs_before(buf, place);
    }
    buf->base = place;
}
