/* Protects: long ladders stay readable, and hide nothing without saying how much. */

#include <string.h>

#include "lib/picture.h"
#include "lib/trace-builder.h"

#define MS SIM_NS_PER_MS

/* What is not drawn is counted: packets in bands, and between the first and the last ones. */
static void test_omission(void)
{
    g_auto(Picture) picture = picture_draw(trace_builder_transfer(5000));
    const Ladder *ladder = picture.ladder;
    guint packets = picture.run->packets->len, gathered = 0, told = 0;
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        gathered += ladder_arrow(ladder, i)->gathered;
    }
    g_assert_cmpuint(ladder->arrows->len, <=, LADDER_MAX_ARROWS * 5 / 4);
    g_assert_cmpuint(ladder->arrows->len + gathered + ladder->packets_omitted, ==, packets);
    g_assert_nonnull(picture_arrow_of(ladder, 0));
    g_assert_nonnull(picture_arrow_of(ladder, packets - 1));
    g_assert_null(picture_arrow_of(ladder, packets / 2));
    for (guint i = 0; i < ladder->breaks->len; i++) {
        told += ladder_break(ladder, i)->packets_omitted;
    }
    g_assert_cmpuint(told, ==, ladder->packets_omitted);
    g_autofree char *words = g_strdup_printf("%u packets left out", ladder->packets_omitted);
    g_assert_true(picture_has_words(&picture, words));
}

/* A burst of twelve segments, the fifth of them lost, after enough others to make a long ladder;
 * then an acknowledgement of all, whose duplicate is the reason of a retransmission. */
static TraceRun *build_burst(void)
{
    TraceRun *run = trace_builder_pair();
    uint32_t lost = 0, reason = 0;
    for (int i = 0; i < 60; i++) {
        uint32_t alone =
            picture_segment(run, i * 100 * MS, 0, TCP_ACK | TCP_PSH, 10, PACKET_WHY_DATA);
        trace_builder_arrives(run, (i * 100 + 20) * MS, alone);
    }
    for (uint32_t i = 0; i < 12; i++) {
        int64_t at_ns = (10000 + (int64_t)i) * MS;
        uint32_t data = trace_builder_segment(run, at_ns, 0, TCP_ACK, 1 + i * 1000, 1, 1000,
                                              PACKET_WHY_DATA, TRACE_NONE);
        if (i == 4) {
            trace_builder_dropped(run, at_ns, data, NET_DROP_FAULT);
            lost = data;
            continue;
        }
        trace_builder_arrives(run, at_ns + 20 * MS, data);
        uint32_t ack = trace_builder_segment(run, at_ns + 20 * MS, 1, TCP_ACK, 1, 4001, 0,
                                             PACKET_WHY_DUPLICATE_ACK, TRACE_NONE);
        trace_builder_arrives(run, at_ns + 40 * MS, ack);
        reason = i == 8 ? ack : reason;
    }
    uint32_t again = picture_segment(run, 10060 * MS, 0, TCP_ACK, 1000, PACKET_WHY_RETRANSMIT_FAST);
    trace_packet(run, again)->original = lost;
    trace_packet(run, again)->because[0] = reason;
    trace_builder_arrives(run, 10080 * MS, again);
    return run;
}

static void test_bands(void)
{
    g_auto(Picture) picture = picture_draw(build_burst());
    g_assert_cmpuint(svg_count(picture.svg, "band"), ==, 2);
    const SvgElement *band = svg_find(picture.svg, "band", NULL, NULL, 0);
    g_assert_nonnull(svg_within(picture.svg, band, "area"));
    /* Behind the lost fifth segment (#69): seven, of which five are gathered. */
    const LadderArrow *end = NULL;
    guint drawn = picture.ladder->arrows->len, gathered = 0;
    for (guint i = 0; i < drawn; i++) {
        const LadderArrow *arrow = ladder_arrow(picture.ladder, i);
        gathered += arrow->gathered;
        end = arrow->gathered > 0 && arrow->points[0].column == 0 ? arrow : end;
    }
    g_assert_cmpstr(end->gathered_text, ==, "5 more, #72..#80: seq=6001..10001 len=5x1000");
    g_assert_true(picture_has_words(&picture, end->gathered_text));
    g_assert_cmpuint(drawn + gathered, ==, picture.run->packets->len);
    /* What something else tells of is drawn: the loss, its repetition, and the reason for it. */
    const LadderArrow *again = picture_arrow_of(picture.ladder, picture.run->packets->len - 1);
    g_assert_cmpint(ladder_arrow(picture.ladder, again->original)->fate, ==, LADDER_LOST);
    g_assert_nonnull(
        picture_arrow_of(picture.ladder, trace_packet(picture.run, again->packet)->because[0]));
    g_assert_nonnull(
        svg_within(picture.svg, svg_find(picture.svg, "legend", NULL, NULL, 0), "area"));
}

/* On demand each packet is drawn. */
static void test_full(void)
{
    g_autoptr(TraceRun) run = build_burst();
    g_autoptr(Lang) lang = lang_new("en");
    trace_builder_sort(run);
    g_autoptr(Ladder) full = ladder_new(run, lang, true);
    g_assert_cmpuint(full->arrows->len, ==, run->packets->len);
    g_autoptr(TraceRun) long_run = trace_builder_transfer(500);
    g_autoptr(Ladder) long_ladder = ladder_new(long_run, lang, true);
    g_assert_cmpuint(long_ladder->arrows->len, ==, long_run->packets->len);
    g_assert_cmpuint(long_ladder->packets_omitted, ==, 0);
}

/* A fault takes a segment as it is offered; it is drawn behind those that were offered before. */
static void test_lost_in_order(void)
{
    TraceRun *run = trace_builder_pair();
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t data = trace_builder_segment(run, 0, 0, TCP_ACK, 1 + i * 1000, 1, 1000,
                                              PACKET_WHY_DATA, TRACE_NONE);
        trace_builder_line(run, 0, 0, TRACE_OFFER, data)->hop.wire = 2;
    }
    for (uint32_t i = 0; i < 4; i++) {
        if (i == 2) {
            TraceLine *drop = trace_builder_line(run, 0, 2, TRACE_DROP, i);
            drop->net.drop = NET_DROP_FAULT;
            for (uint32_t k = 0; k < run->lines->len; k++) {
                const TraceLine *line = trace_line(run, k);
                drop->cause = line->what == TRACE_OFFER && line->packet == i ? k : drop->cause;
            }
        }
    }
    for (uint32_t i = 0; i < 4; i += i == 1 ? 2 : 1) {
        trace_builder_arrives(run, (20 + (int64_t)i) * MS, i);
    }
    for (uint32_t k = 0; k < run->lines->len; k++) {
        TraceLine *line = trace_line(run, k);
        line->time_ns = line->what == TRACE_TRANSMIT ? line->packet * MS : line->time_ns;
    }
    g_auto(Picture) picture = picture_draw_in(run, "en");
    for (uint32_t i = 0; i < 4; i++) {
        g_assert_cmpuint(ladder_arrow(picture.ladder, i)->packet, ==, i);
    }
    g_assert_cmpint(ladder_arrow(picture.ladder, 2)->points[0].time_ns, ==, 1 * MS);
    g_assert_cmpint(ladder_arrow(picture.ladder, 1)->points[0].y, <,
                    ladder_arrow(picture.ladder, 2)->points[0].y);
    g_assert_cmpint(ladder_arrow(picture.ladder, 2)->points[0].y, <,
                    ladder_arrow(picture.ladder, 3)->points[0].y);
}

/* A segment of the first connection takes its place over two links, over a router between them. */
static void test_band_over_router(void)
{
    TraceRun *run = trace_builder_new();
    uint32_t client = trace_builder_node(run, TRACE_PLACE_HOST, "client");
    uint32_t server = trace_builder_node(run, TRACE_PLACE_HOST, "server");
    uint32_t router = trace_builder_node(run, TRACE_PLACE_ROUTER, "router");
    uint32_t near = trace_builder_link(run, "near", client, router);
    uint32_t far = trace_builder_link(run, "far", router, server);
    trace_builder_conn(run, "client-server-80", client, server);
    for (uint32_t i = 0; i < 80; i++) {
        int64_t at_ns = (i / 8 * 100 + i % 8) * MS;
        uint32_t data = trace_builder_segment(run, at_ns, 0, TCP_ACK, 1 + i * 1000, 1, 1000,
                                              PACKET_WHY_DATA, TRACE_NONE);
        trace_builder_crosses(run, at_ns, at_ns + 10 * MS, data, near);
        trace_builder_crosses(run, at_ns + 10 * MS, at_ns + 20 * MS, data, far);
    }
    g_auto(Picture) picture = picture_draw(run);
    g_assert_cmpuint(svg_count(picture.svg, "band"), ==, 10);
    g_assert_cmpuint(picture.ladder->arrows->len, ==, 20);
    g_assert_true(picture_has_words(&picture, "6 more, #2..#7: seq=1001..6001 len=6x1000"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/render/ladder-long/omission", test_omission);
    g_test_add_func("/render/ladder-long/bands", test_bands);
    g_test_add_func("/render/ladder-long/band-over-router", test_band_over_router);
    g_test_add_func("/render/ladder-long/full", test_full);
    g_test_add_func("/render/ladder-long/lost-in-order", test_lost_in_order);
    return g_test_run();
}
