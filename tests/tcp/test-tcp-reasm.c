/* Protects: reassembly delivers each byte once, in order and as it first arrived, and reports what
 * it holds as RFC 2018 section 4 and RFC 2883 section 4 ask. */

#include "tcp/tcp_reasm.h"

#include <string.h>

#define START ((TcpSeq)0xfffffc00) /* sequence numbers wrap in the middle of every test */

static Payload pattern(uint32_t from, uint32_t to)
{
    return (Payload){ .len_bytes = to - from, .stream = 9, .offset = from };
}

/* Inserts bytes [from, to) of the stream, which starts at START. */
static TcpReasmResult arrive(TcpReasm *reasm, uint32_t from, uint32_t to)
{
    return tcp_reasm_insert(reasm, START + from, pattern(from, to));
}

/* Blocks as text relative to START: "500-1000 2000-2500". */
static char *sacks_text(TcpReasm *reasm, uint8_t max, bool with_dsack)
{
    WireSack blocks[WIRE_TCP_MAX_SACKS];
    uint8_t count = tcp_reasm_sacks(reasm, max, with_dsack, blocks);
    GString *text = g_string_new(NULL);
    for (uint8_t i = 0; i < count; i++) {
        g_string_append_printf(text, "%s%u-%u", i > 0 ? " " : "", blocks[i].left - START,
                               blocks[i].right - START);
    }
    return g_string_free(text, FALSE);
}

static void assert_sacks(TcpReasm *reasm, uint8_t max, const char *expected)
{
    g_autofree char *text = sacks_text(reasm, max, true);
    g_assert_cmpstr(text, ==, expected);
}

/* Reads everything that is ready and checks that it is [from, to) of the stream. */
static void assert_read(TcpReasm *reasm, uint32_t from, uint32_t to)
{
    while (from < to) {
        Payload payload = tcp_reasm_read(reasm, to - from);
        g_assert_cmpuint(payload.len_bytes, >, 0);
        g_assert_true(payload_matches(&payload, 9, from));
        from += payload.len_bytes;
        payload_clear(&payload);
    }
    g_assert_cmpuint(tcp_reasm_read(reasm, 1).len_bytes, ==, 0);
    g_assert_cmpuint(reasm->ready_bytes, ==, 0);
}

static void test_in_order_is_one_run(void)
{
    TcpReasm reasm;
    tcp_reasm_init(&reasm, START);
    for (uint32_t i = 0; i < 1000; i++) {
        g_assert_cmpint(arrive(&reasm, i * 1000, i * 1000 + 1000), ==, TCP_REASM_IN_ORDER);
    }
    g_assert_null(reasm.ready.more);
    g_assert_cmpuint(reasm.rcv_nxt, ==, START + 1000000);
    assert_read(&reasm, 0, 1000000);
    tcp_reasm_clear(&reasm);
}

static void test_read_in_parts(void)
{
    TcpReasm reasm;
    tcp_reasm_init(&reasm, START);
    arrive(&reasm, 0, 1000);
    Payload head = tcp_reasm_read(&reasm, 300);
    g_assert_cmpuint(head.len_bytes, ==, 300);
    g_assert_true(payload_matches(&head, 9, 0));
    g_assert_cmpuint(reasm.ready_bytes, ==, 700);
    assert_read(&reasm, 300, 1000);
    tcp_reasm_clear(&reasm);
}

/* ---- RFC 2018 section 4 and RFC 2883 section 4, step by step ---- */

typedef struct Step {
    uint32_t from, to; /* the segment; to 0: the end */
    uint32_t ack;      /* what the ACK says */
    const char *sacks;
} Step;

typedef struct Story {
    const char *label;
    uint8_t max_blocks;
    Step steps[12];
} Story;

/* clang-format off */
static const Story stories[] = {
    /* RFC 2018 section 5, case 2 (segments of 500 from 5000): the first of eight is dropped */
    { "rfc2018-first-lost", 3,
      { { 500, 1000, 0, "500-1000" },
        { 1000, 1500, 0, "500-1500" },
        { 1500, 2000, 0, "500-2000" },
        { 0, 500, 2000, "" } } },
    /* case 3: segments 2, 4, 6, 8 are dropped; then the fourth arrives, then the second */
    { "rfc2018-every-other-lost", 3,
      { { 0, 500, 500, "" },
        { 1000, 1500, 500, "1000-1500" },
        { 2000, 2500, 500, "2000-2500 1000-1500" },
        { 3000, 3500, 500, "3000-3500 2000-2500 1000-1500" },
        { 1500, 2000, 500, "1000-2500 3000-3500" },
        { 500, 1000, 2500, "3000-3500" } } },
    { "no-more-blocks-than-fit", 2,
      { { 1000, 1500, 0, "1000-1500" },
        { 2000, 2500, 0, "2000-2500 1000-1500" },
        { 3000, 3500, 0, "3000-3500 2000-2500" },
        { 1500, 1700, 0, "1000-1700 3000-3500" } } },
    /* five ranges; the four remembered are filled, and the fifth is still reported */
    { "forgotten-range-comes-back", 3,
      { { 100, 200, 0, "100-200" },
        { 300, 400, 0, "300-400 100-200" },
        { 500, 600, 0, "500-600 300-400 100-200" },
        { 700, 800, 0, "700-800 500-600 300-400" },
        { 900, 1000, 0, "900-1000 700-800 500-600" },
        { 200, 300, 0, "100-400 900-1000 700-800" },
        { 0, 100, 400, "900-1000 700-800 500-600" } } },
    /* RFC 2883 4.1.1: a duplicate below the ACK; 4.1: reported once */
    { "rfc2883-duplicate-delivered", 3,
      { { 0, 500, 500, "" }, { 500, 1000, 1000, "" }, { 0, 500, 1000, "0-500" },
        { 1000, 1500, 1500, "" } } },
    /* 4.1.3: a duplicate of a queued segment, then its block */
    { "rfc2883-duplicate-queued", 3,
      { { 500, 1500, 0, "500-1500" }, { 500, 1000, 0, "500-1000 500-1500" },
        { 2000, 2500, 0, "2000-2500 500-1500" } } },
    /* 4.2: partly duplicate, the first duplicate stretch only */
    { "rfc2883-partly-duplicate", 3,
      { { 500, 1000, 0, "500-1000" },
        { 1500, 2000, 0, "1500-2000 500-1000" },
        { 500, 2500, 0, "500-1000 500-2500" },
        { 0, 700, 2500, "500-700" } } },
};
/* clang-format on */

static void test_story(gconstpointer data)
{
    const Story *story = data;
    TcpReasm reasm;
    tcp_reasm_init(&reasm, START);
    for (const Step *step = story->steps; step->to != 0; step++) {
        arrive(&reasm, step->from, step->to);
        g_assert_cmpuint(reasm.rcv_nxt - START, ==, step->ack);
        assert_sacks(&reasm, story->max_blocks, step->sacks);
        assert_sacks(&reasm, 0, "");
    }
    assert_read(&reasm, 0, reasm.rcv_nxt - START);
    tcp_reasm_clear(&reasm);
}

/* Without leave to send one, a duplicate is forgotten all the same. */
static void test_dsack_switched_off(void)
{
    TcpReasm reasm;
    tcp_reasm_init(&reasm, START);
    arrive(&reasm, 0, 500);
    arrive(&reasm, 0, 500);
    g_assert_true(tcp_reasm_has_sacks(&reasm));
    g_autofree char *text = sacks_text(&reasm, 3, false);
    g_assert_cmpstr(text, ==, "");
    g_assert_false(tcp_reasm_has_sacks(&reasm));
    tcp_reasm_clear(&reasm);
}

/* A sender that sends other bytes under the same numbers changes nothing that has arrived. */
static void test_first_arrival_wins(void)
{
    TcpReasm reasm;
    tcp_reasm_init(&reasm, START);
    tcp_reasm_insert(&reasm, START + 2, payload_literal((const uint8_t *)"cd", 2));
    tcp_reasm_insert(&reasm, START, payload_literal((const uint8_t *)"ABXYE", 5));
    char text[6] = "";
    for (uint32_t at = 0; at < 5;) {
        Payload payload = tcp_reasm_read(&reasm, 5);
        payload_write(&payload, (uint8_t *)text + at);
        at += payload.len_bytes;
        payload_clear(&payload);
    }
    g_assert_cmpstr(text, ==, "ABcdE");
    tcp_reasm_clear(&reasm);
}

/* A peer cannot make the list grow without end; filling gaps and growing ranges goes on. */
static void test_bounded_ranges(void)
{
    TcpReasm reasm;
    tcp_reasm_init(&reasm, START);
    for (uint32_t i = 1; i <= TCP_REASM_MAX_RANGES; i++) {
        g_assert_cmpint(arrive(&reasm, i * 10, i * 10 + 5), ==, TCP_REASM_EARLY);
    }
    uint32_t end = TCP_REASM_MAX_RANGES * 10 + 5;
    g_assert_cmpint(arrive(&reasm, end + 10, end + 20), ==, TCP_REASM_NO_ROOM);
    g_assert_cmpuint(reasm.early_bytes, ==, TCP_REASM_MAX_RANGES * 5);
    g_assert_cmpint(arrive(&reasm, end, end + 10), ==, TCP_REASM_EARLY);
    g_assert_cmpint(arrive(&reasm, 0, end), ==, TCP_REASM_IN_ORDER);
    g_assert_cmpuint(reasm.rcv_nxt, ==, START + end + 10);
    g_assert_cmpuint(reasm.early_ranges, ==, 0);
    tcp_reasm_clear(&reasm);
}

/* ---- against an array of bytes ---- */

enum { MODEL_BYTES = 4000, MODEL_WINDOW = 600 };

typedef struct Model {
    TcpReasm reasm;
    GRand *rand;
    bool have[MODEL_BYTES + MODEL_WINDOW];
    uint8_t bytes[MODEL_BYTES + MODEL_WINDOW]; /* as they first arrived */
    uint32_t next;                             /* expected */
    uint32_t read;
} Model;

static uint32_t draw(Model *model, uint32_t low, uint32_t end)
{
    return (uint32_t)g_rand_int_range(model->rand, (gint32)low, (gint32)end);
}

/* The range held around a place. */
static WireSack model_range(const Model *model, uint32_t at)
{
    uint32_t left = at, right = at;
    while (left > 0 && model->have[left - 1]) {
        left--;
    }
    while (model->have[right]) {
        right++;
    }
    return (WireSack){ START + left, START + right };
}

/* The first stretch of [from, to) that is held already. */
static WireSack model_duplicate(const Model *model, uint32_t from, uint32_t to)
{
    while (from < to && !model->have[from]) {
        from++;
    }
    uint32_t end = from;
    while (end < to && model->have[end]) {
        end++;
    }
    return (WireSack){ START + from, START + end };
}

static void model_take(Model *model, uint32_t from, uint32_t to, const uint8_t *bytes)
{
    for (uint32_t i = from; i < to; i++) {
        if (!model->have[i]) {
            model->have[i] = true;
            model->bytes[i] = bytes[i - from];
        }
    }
    while (model->have[model->next]) {
        model->next++;
    }
}

static void model_check_sacks(Model *model, uint32_t from, uint32_t to, WireSack duplicate)
{
    WireSack blocks[WIRE_TCP_MAX_SACKS];
    uint8_t count = tcp_reasm_sacks(&model->reasm, WIRE_TCP_MAX_SACKS, true, blocks), i = 0;
    if (duplicate.left != duplicate.right) {
        g_assert_cmpuint(count, >, 0);
        g_assert_cmpuint(blocks[0].left, ==, duplicate.left);
        g_assert_cmpuint(blocks[0].right, ==, duplicate.right);
        i++;
    }
    if (to > model->next) {
        g_assert_cmpuint(count, >, i);
        g_assert_true(seq_leq(blocks[i].left, START + MAX(from, model->next)));
        g_assert_true(seq_geq(blocks[i].right, START + to));
    }
    g_assert_cmpuint(count - i, ==,
                     MIN(model->reasm.early_ranges, (uint32_t)WIRE_TCP_MAX_SACKS - i));
    for (; i < count; i++) {
        WireSack range = model_range(model, blocks[i].left - START);
        g_assert_cmpuint(blocks[i].left, ==, range.left);
        g_assert_cmpuint(blocks[i].right, ==, range.right);
        g_assert_cmpuint(blocks[i].left - START, >, model->next);
    }
}

static void model_arrive(Model *model, bool as_pattern)
{
    uint32_t from =
        draw(model, model->next > 50 ? model->next - 50 : 0, model->next + MODEL_WINDOW - 100);
    uint32_t to = from + draw(model, 1, 100);
    uint8_t bytes[100];
    payload_pattern(9, from, to - from, bytes);
    Payload payload = pattern(from, to);
    if (!as_pattern) {
        for (uint32_t i = 0; i < to - from; i++) {
            bytes[i] = (uint8_t)g_rand_int(model->rand);
        }
        payload = payload_literal(bytes, to - from);
    }
    uint32_t was_next = model->next;
    WireSack duplicate = model_duplicate(model, from, to);
    bool all_duplicate = duplicate.left == START + from && duplicate.right == START + to;
    model_take(model, from, to, bytes);

    TcpReasmResult result = tcp_reasm_insert(&model->reasm, START + from, payload);
    g_assert_cmpint(result, ==,
                    model->next != was_next ? TCP_REASM_IN_ORDER
                    : all_duplicate         ? TCP_REASM_DUPLICATE
                                            : TCP_REASM_EARLY);
    g_assert_cmpuint(model->reasm.rcv_nxt, ==, START + model->next);
    model_check_sacks(model, from, to, duplicate);
}

static void model_read(Model *model)
{
    g_assert_cmpuint(model->reasm.ready_bytes, ==, model->next - model->read);
    Payload payload = tcp_reasm_read(&model->reasm, draw(model, 0, 300));
    uint8_t bytes[300];
    payload_write(&payload, bytes);
    g_assert_cmpmem(bytes, payload.len_bytes, model->bytes + model->read, payload.len_bytes);
    model->read += payload.len_bytes;
    payload_clear(&payload);
}

static void run_model(uint32_t seed, bool as_pattern)
{
    Model *model = g_new0(Model, 1);
    model->rand = g_rand_new_with_seed(seed);
    tcp_reasm_init(&model->reasm, START);
    while (model->next < MODEL_BYTES - MODEL_WINDOW) {
        model_arrive(model, as_pattern);
        model_read(model);
    }
    tcp_reasm_clear(&model->reasm);
    g_rand_free(model->rand);
    g_free(model);
}

static void test_random_pattern(void)
{
    for (uint32_t seed = 0; seed < 50; seed++) {
        run_model(seed, true);
    }
}

static void test_random_literal(void)
{
    for (uint32_t seed = 0; seed < 50; seed++) {
        run_model(seed, false);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/reasm/in-order-is-one-run", test_in_order_is_one_run);
    g_test_add_func("/tcp/reasm/read-in-parts", test_read_in_parts);
    for (size_t i = 0; i < G_N_ELEMENTS(stories); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/reasm/blocks/%s", stories[i].label);
        g_test_add_data_func(path, &stories[i], test_story);
    }
    g_test_add_func("/tcp/reasm/dsack-switched-off", test_dsack_switched_off);
    g_test_add_func("/tcp/reasm/first-arrival-wins", test_first_arrival_wins);
    g_test_add_func("/tcp/reasm/bounded-ranges", test_bounded_ranges);
    g_test_add_func("/tcp/reasm/random-pattern", test_random_pattern);
    g_test_add_func("/tcp/reasm/random-literal", test_random_literal);
    return g_test_run();
}
