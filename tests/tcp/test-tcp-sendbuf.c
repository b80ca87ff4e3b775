/* Protects: the send buffer gives back the bytes that were written, however they were cut, and
 * keeps a pattern of any length as one run. */

#include "tcp/tcp_sendbuf.h"

#include <string.h>

static Payload pattern(uint64_t offset, uint32_t len_bytes)
{
    return (Payload){ .len_bytes = len_bytes, .stream = 9, .offset = offset };
}

static Payload literal(const char *text)
{
    return payload_literal((const uint8_t *)text, (uint32_t)strlen(text));
}

static void assert_bytes(const TcpSendBuf *buf, uint64_t place, const char *text)
{
    Payload slice = tcp_sendbuf_slice(buf, place, (uint32_t)strlen(text));
    g_autofree uint8_t *bytes = g_malloc(slice.len_bytes);
    payload_write(&slice, bytes);
    g_assert_cmpmem(bytes, slice.len_bytes, text, strlen(text));
    payload_clear(&slice);
}

static void test_million_is_one_run(void)
{
    TcpSendBuf buf;
    tcp_sendbuf_init(&buf, 1000000);
    for (uint32_t i = 0; i < 1000; i++) {
        tcp_sendbuf_append(&buf, pattern(i * 1000, 1000));
    }
    g_assert_cmpuint(buf.count, ==, 0);
    g_assert_null(buf.runs);
    g_assert_cmpuint(tcp_sendbuf_room_bytes(&buf), ==, 0);
    Payload slice = tcp_sendbuf_slice(&buf, 999, 500000);
    g_assert_true(payload_matches(&slice, 9, 999));
    g_assert_cmpuint(slice.len_bytes, ==, 500000);
    tcp_sendbuf_drop_before(&buf, 400000);
    slice = tcp_sendbuf_slice(&buf, 400000, 600000);
    g_assert_true(payload_matches(&slice, 9, 400000));
    g_assert_cmpuint(tcp_sendbuf_room_bytes(&buf), ==, 400000);
    tcp_sendbuf_clear(&buf);
}

/* A segment may carry the end of one write and the start of the next. */
static void test_join_literals(void)
{
    TcpSendBuf buf;
    tcp_sendbuf_init(&buf, 1000);
    tcp_sendbuf_append(&buf, literal("GET / "));
    tcp_sendbuf_append(&buf, literal("HTTP/1.0\r\n"));
    tcp_sendbuf_append(&buf, literal("\r\n"));
    assert_bytes(&buf, 0, "GET / HTTP/1.0\r\n\r\n");
    assert_bytes(&buf, 4, "/ HTTP");
    assert_bytes(&buf, 6, "HTTP/1.0\r\n");
    tcp_sendbuf_drop_before(&buf, 5);
    assert_bytes(&buf, 5, " HTTP/1.0\r\n\r\n");
    tcp_sendbuf_drop_before(&buf, 17);
    assert_bytes(&buf, 17, "\n");
    g_assert_cmpuint(buf.count, ==, 0);
    tcp_sendbuf_clear(&buf);
}

/* Literal bytes that are part of a stream stay so when they are joined; others have no stream. */
static void test_join_keeps_stream(void)
{
    TcpSendBuf buf;
    tcp_sendbuf_init(&buf, 1000);
    Payload hello = literal("hello ");
    hello.stream = 4;
    hello.offset = 70;
    tcp_sendbuf_append(&buf, hello);
    tcp_sendbuf_append(&buf, (Payload){ .len_bytes = 10, .stream = 4, .offset = 76 });
    Payload slice = tcp_sendbuf_slice(&buf, 2, 10);
    g_assert_cmpuint(slice.stream, ==, 4);
    g_assert_cmpuint(slice.offset, ==, 72);
    payload_clear(&slice);

    tcp_sendbuf_append(&buf, literal("bye"));
    slice = tcp_sendbuf_slice(&buf, 10, 8);
    g_assert_cmpuint(slice.stream, ==, 0);
    payload_clear(&slice);
    tcp_sendbuf_clear(&buf);
}

/* Room is never negative, though the limit may shrink below what is held. */
static void test_room_after_shrinking(void)
{
    TcpSendBuf buf;
    tcp_sendbuf_init(&buf, 1000);
    tcp_sendbuf_append(&buf, pattern(0, 800));
    buf.limit_bytes = 500;
    g_assert_cmpuint(tcp_sendbuf_room_bytes(&buf), ==, 0);
    tcp_sendbuf_clear(&buf);
}

enum { MODEL_BYTES = 1 << 20 };

typedef struct Model {
    TcpSendBuf buf;
    GRand *rand;
    uint8_t *bytes; /* everything ever written, by place */
} Model;

/* Writes a random pattern, continued or not, or random literal bytes. */
static void model_write(Model *model)
{
    uint32_t room_bytes = tcp_sendbuf_room_bytes(&model->buf);
    if (room_bytes == 0) {
        return;
    }
    uint32_t len_bytes =
        1 + (uint32_t)g_rand_int_range(model->rand, 0, (gint32)MIN(room_bytes, 300));
    uint64_t place = model->buf.end;
    Payload payload = { .len_bytes = len_bytes, .stream = 3, .offset = place };
    switch (g_rand_int_range(model->rand, 0, 4)) {
    case 0:
        payload.offset += 1000; /* a break in the stream */
        break;
    case 1: {
        g_autofree uint8_t *bytes = g_malloc(len_bytes);
        for (uint32_t i = 0; i < len_bytes; i++) {
            bytes[i] = (uint8_t)g_rand_int(model->rand);
        }
        payload = payload_literal(bytes, len_bytes);
        break;
    }
    default:
        break;
    }
    payload_write(&payload, model->bytes + place);
    tcp_sendbuf_append(&model->buf, payload);
}

static void model_read(Model *model)
{
    uint64_t base = model->buf.base;
    uint32_t held_bytes = tcp_sendbuf_bytes(&model->buf);
    uint32_t skip_bytes = (uint32_t)g_rand_int_range(model->rand, 0, (gint32)held_bytes + 1);
    uint32_t len_bytes =
        (uint32_t)g_rand_int_range(model->rand, 0, (gint32)(held_bytes - skip_bytes) + 1);
    Payload slice = tcp_sendbuf_slice(&model->buf, base + skip_bytes, len_bytes);
    g_autofree uint8_t *bytes = g_malloc(len_bytes + 1);
    payload_write(&slice, bytes);
    g_assert_cmpuint(slice.len_bytes, ==, len_bytes);
    g_assert_cmpmem(bytes, len_bytes, model->bytes + base + skip_bytes, len_bytes);
    payload_clear(&slice);
}

static void model_drop(Model *model)
{
    uint32_t held_bytes = tcp_sendbuf_bytes(&model->buf);
    uint32_t len_bytes =
        (uint32_t)g_rand_int_range(model->rand, 0, (gint32)MIN(held_bytes, 500) + 1);
    tcp_sendbuf_drop_before(&model->buf, model->buf.base + len_bytes);
}

/* Random writes, reads and acknowledgements against an array of bytes. */
static void test_random(void)
{
    Model model = { .rand = g_rand_new_with_seed(1), .bytes = g_malloc(MODEL_BYTES) };
    tcp_sendbuf_init(&model.buf, 3000);
    while (model.buf.end < MODEL_BYTES - 3000) {
        model_write(&model);
        model_read(&model);
        model_drop(&model);
    }
    tcp_sendbuf_clear(&model.buf);
    g_rand_free(model.rand);
    g_free(model.bytes);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/sendbuf/million-is-one-run", test_million_is_one_run);
    g_test_add_func("/tcp/sendbuf/join-literals", test_join_literals);
    g_test_add_func("/tcp/sendbuf/join-keeps-stream", test_join_keeps_stream);
    g_test_add_func("/tcp/sendbuf/room-after-shrinking", test_room_after_shrinking);
    g_test_add_func("/tcp/sendbuf/random", test_random);
    return g_test_run();
}
