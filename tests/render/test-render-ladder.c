/* Protects: what the ladder promises its readers, read from its layout and from the SVG. */

#include <string.h>

#include "inet/inet_icmp.h"
#include "lib/picture.h"
#include "lib/trace-builder.h"
#include "render/render_ladder.h"

#define MS SIM_NS_PER_MS

static void assert_no_overlap(const Ladder *ladder)
{
    for (guint i = 0; i < ladder->labels->len; i++) {
        const LadderLabel *a = ladder_label(ladder, i);
        g_assert_cmpint(a->left, >=, 0);
        g_assert_cmpint(a->right, <=, ladder->width);
        for (guint k = i + 1; k < ladder->labels->len; k++) {
            g_assert_cmpint(ladder_label_overlap(a, ladder_label(ladder, k)), ==, 0);
        }
    }
}

/* ---- time ---- */

/* A flight that takes three times as long falls three times as far. */
static void test_slant(void)
{
    TraceRun *run = trace_builder_pair();
    for (int i = 0; i < 5; i++) {
        trace_builder_arrives(run, (i * 100 + 20) * MS,
                              picture_segment(run, i * 100 * MS, 0, TCP_ACK, 0, PACKET_WHY_ACK));
    }
    trace_builder_arrives(run, 560 * MS,
                          picture_segment(run, 500 * MS, 1, TCP_ACK, 0, PACKET_WHY_ACK));
    g_auto(Picture) picture = picture_draw(run);
    g_assert_cmpint(picture.ladder->scale_ns, ==, 20 * MS);
    g_assert_cmpint(picture_fall_of(picture.ladder, 0), ==, LADDER_SCALE_PX);
    g_assert_cmpint(picture_fall_of(picture.ladder, 4), ==, LADDER_SCALE_PX);
    g_assert_cmpint(picture_fall_of(picture.ladder, 5), ==, 3 * LADDER_SCALE_PX);
}

/* What is later stands lower; at one instant in one place, what came first stands no lower. */
static void test_order(void)
{
    g_auto(Picture) picture = picture_draw(trace_builder_transfer(200));
    const Ladder *ladder = picture.ladder;
    for (uint32_t i = 0; i < ladder->arrows->len; i++) {
        const LadderArrow *a = ladder_arrow(ladder, i);
        for (uint32_t k = 1; k < a->point_count; k++) {
            g_assert_cmpint(a->points[k].y, >, a->points[k - 1].y);
        }
        for (uint32_t k = i + 1; k < ladder->arrows->len; k++) {
            const LadderPoint *p = &a->points[0], *q = &ladder_arrow(ladder, k)->points[0];
            if (p->time_ns < q->time_ns) {
                g_assert_cmpint(p->y, <, q->y);
            }
        }
    }
}

static void test_break(void)
{
    g_auto(Picture) picture = picture_draw(trace_builder_story());
    const SvgElement *gap = svg_find(picture.svg, "gap", NULL, NULL, 0);
    g_assert_nonnull(gap);
    g_assert_cmpint(svg_number(gap, "data-ns"), ==, SIM_NS_PER_S);
    g_assert_cmpint(svg_number(gap, "data-packets"), ==, 0);
    g_assert_nonnull(strstr(gap->text->str, "1 s"));
    g_assert_cmpuint(svg_count(picture.svg, "gap"), ==, 1);
}

/* No break cuts through the flight of a packet that is merely slow. */
static void test_no_break_in_flight(void)
{
    TraceRun *run = trace_builder_pair();
    for (int i = 0; i < 3; i++) {
        trace_builder_arrives(run, (i * 40 + 20) * MS,
                              picture_segment(run, i * 40 * MS, 0, TCP_ACK, 0, PACKET_WHY_ACK));
    }
    trace_builder_arrives(run, 200 * MS,
                          picture_segment(run, 100 * MS, 0, TCP_ACK, 0, PACKET_WHY_ACK));
    g_auto(Picture) picture = picture_draw(run);
    g_assert_cmpuint(svg_count(picture.svg, "gap"), ==, 0);
    g_assert_cmpint(picture_fall_of(picture.ladder, 3), ==, 5 * LADDER_SCALE_PX);
}

/* ---- packets ---- */

static void test_words(void)
{
    g_auto(Picture) picture = picture_draw(trace_builder_story());
    g_assert_true(picture_has_words(&picture, "#2 SYN ACK seq=0 ack=1"));
    g_assert_true(picture_has_words(&picture, "#4 ACK seq=1 ack=1 len=1000"));
    g_assert_true(picture_has_words(&picture, "#6 FIN ACK seq=1 ack=1001"));
    const SvgElement *syn = picture_packet(&picture, "1");
    g_assert_cmpstr(svg_attribute(syn, "data-flags"), ==, "SYN");
    g_assert_cmpstr(svg_attribute(syn, "data-from"), ==, "client");
    g_assert_cmpstr(svg_attribute(syn, "data-to"), ==, "server");
    g_assert_cmpint(svg_number(syn, "data-to-ns"), ==, 20 * MS);
    const SvgElement *title = g_ptr_array_index(picture.svg->elements, 0);
    g_assert_nonnull(strstr(title->text->str, "client > server SYN seq 0"));
}

static void test_loss(void)
{
    g_auto(Picture) picture = picture_draw(trace_builder_story());
    const SvgElement *lost = picture_packet(&picture, "4");
    g_assert_true(svg_has_class(lost, "lost"));
    g_assert_nonnull(svg_within(picture.svg, lost, "cross"));
    g_assert_null(svg_within(picture.svg, lost, "head"));
    const SvgElement *reason = svg_find(picture.svg, "fate", "data-packet", "4", 0);
    g_assert_cmpstr(reason->text->str, ==, "planned fault");
    const LadderArrow *arrow = picture_arrow_of(picture.ladder, 3);
    g_assert_cmpint(arrow->points[1].x, >, ladder_column(picture.ladder, 0)->x);
    g_assert_cmpint(arrow->points[1].x, <, ladder_column(picture.ladder, 1)->x);
}

static void test_retransmission(void)
{
    g_auto(Picture) picture = picture_draw(trace_builder_story());
    const SvgElement *again = picture_packet(&picture, "5");
    g_assert_true(svg_has_class(again, "again"));
    const SvgElement *tie = svg_within(picture.svg, again, "tie");
    g_assert_cmpint(svg_number(tie, "data-original"), ==, 4);
    const SvgElement *note = svg_find(picture.svg, "note", "data-packet", "5", 0);
    g_assert_cmpstr(note->text->str, ==, "retransmission after timeout of #4");
}

/* A delivered duplicate is no accident: a ring, and no cross anywhere. */
static void test_not_needed(void)
{
    TraceRun *run = trace_builder_pair();
    uint32_t packet = picture_segment(run, 0, 0, TCP_ACK, 100, PACKET_WHY_DATA);
    trace_builder_arrives(run, 20 * MS, packet);
    trace_builder_discarded(run, 20 * MS, packet, INET_DISCARD_TCP_DUPLICATE);
    g_auto(Picture) picture = picture_draw(run);
    g_assert_true(svg_has_class(picture_packet(&picture, "1"), "unused"));
    g_assert_nonnull(svg_within(picture.svg, picture_packet(&picture, "1"), "ring"));
    g_assert_cmpuint(svg_count(picture.svg, "cross"), ==, 0);
    g_assert_cmpuint(svg_count(picture.svg, "discard"), ==, 0);
    const SvgElement *why = svg_find(picture.svg, "unneeded", NULL, NULL, 0);
    g_assert_cmpstr(why->text->str, ==, "#1: nothing new in it");
    g_assert_cmpstr(svg_attribute(why, "data-host"), ==, "server");
}

static void test_corruption(void)
{
    TraceRun *run = trace_builder_pair();
    uint32_t packet = picture_segment(run, 0, 0, TCP_ACK, 100, PACKET_WHY_DATA);
    TraceLine *fault = trace_builder_line(run, 0, 2, TRACE_FAULT, packet);
    fault->net.fault = NET_FAULT_CORRUPT;
    fault->net.detail.bit = 217;
    fault->net.detail.fault_index = 1;
    trace_builder_arrives(run, 20 * MS, packet);
    TraceLine *discard = trace_builder_line(run, 20 * MS, 1, TRACE_DISCARD, packet);
    discard->discard.discard = INET_DISCARD_PARSE;
    discard->discard.parse_fault = PACKET_FAULT_TRANSPORT_CHECKSUM;
    g_auto(Picture) picture = picture_draw(run);
    const SvgElement *element = picture_packet(&picture, "1");
    g_assert_true(svg_has_class(element, "faulty"));
    g_assert_true(svg_has_class(element, "discarded"));
    g_assert_nonnull(svg_within(picture.svg, element, "cross"));
    g_assert_true(picture_has_words(&picture, "corrupted (bit 217)"));
    g_assert_cmpstr(svg_find(picture.svg, "discard", NULL, NULL, 0)->text->str, ==,
                    "#1 discarded: bad transport checksum");
}

/* Every reason to discard is either a loss or to be expected; the latter are these. */
static void test_expected_discards(void)
{
    static const InetDiscard losses[] = {
        INET_DISCARD_PARSE,          INET_DISCARD_TTL,     INET_DISCARD_NO_ROUTE,
        INET_DISCARD_RECEIVE_BUFFER, INET_DISCARD_BACKLOG, INET_DISCARD_TCP_CLOSED,
        INET_DISCARD_TCP_REASSEMBLY,
    };
    for (size_t i = 0; i < G_N_ELEMENTS(losses); i++) {
        TraceRun *run = trace_builder_pair();
        uint32_t packet = picture_segment(run, 0, 0, TCP_ACK, 100, PACKET_WHY_DATA);
        trace_builder_arrives(run, 20 * MS, packet);
        trace_builder_discarded(run, 20 * MS, packet, losses[i]);
        g_auto(Picture) picture = picture_draw(run);
        g_assert_cmpint(ladder_arrow(picture.ladder, 0)->fate, ==, LADDER_DISCARDED);
    }
}

/* A packet that never left its host still says why. */
static void test_died_at_home(void)
{
    TraceRun *run = trace_builder_pair();
    uint32_t packet = picture_segment(run, 0, 0, TCP_SYN, 0, PACKET_WHY_OPEN);
    TraceLine *discard = trace_builder_line(run, 3000 * MS, 0, TRACE_DISCARD, packet);
    discard->discard.discard = INET_DISCARD_NEIGHBOUR;
    g_auto(Picture) picture = picture_draw(run);
    g_assert_cmpuint(picture.ladder->arrows->len, ==, 0);
    g_assert_true(picture_has_words(&picture, "#1 discarded: next hop does not answer ARP"));
}

static void test_injected(void)
{
    TraceRun *run = trace_builder_pair();
    Packet rst = { .kind = PACKET_TCP,
                   .why = PACKET_WHY_INJECTED,
                   .ip = { .src = trace_builder_addr(0), .dst = trace_builder_addr(1) },
                   .tcp.flags = TCP_RST };
    uint32_t packet = trace_builder_packet(run, 0, 2, &rst, TRACE_NONE);
    trace_builder_crosses(run, 0, 20 * MS, packet, 2);
    g_auto(Picture) picture = picture_draw(run);
    const SvgElement *element = picture_packet(&picture, "1");
    g_assert_true(svg_has_class(element, "injected"));
    g_assert_true(svg_has_class(element, "rst"));
    g_assert_nonnull(svg_within(picture.svg, element, "seed"));
    g_assert_cmpint(ladder_arrow(picture.ladder, 0)->points[0].x, >,
                    ladder_column(picture.ladder, 0)->x);
}

static void test_in_flight(void)
{
    TraceRun *run = trace_builder_pair();
    uint32_t packet = picture_segment(run, 0, 0, TCP_ACK, 0, PACKET_WHY_ACK);
    trace_builder_line(run, 0, 2, TRACE_TRANSMIT, packet)->hop.arrives_at_ns = 20 * MS;
    run->end_ns = 10 * MS;
    g_auto(Picture) picture = picture_draw(run);
    const LadderArrow *arrow = ladder_arrow(picture.ladder, 0);
    int left = ladder_column(picture.ladder, 0)->x, right = ladder_column(picture.ladder, 1)->x;
    g_assert_cmpint(arrow->fate, ==, LADDER_IN_FLIGHT);
    g_assert_cmpint(arrow->points[1].x, ==, (left + right) / 2);
    g_assert_cmpuint(svg_count(picture.svg, "cross"), ==, 0);
}

/* Every kind of packet has a name and something to say. */
static void test_kinds(void)
{
    static const struct {
        Packet packet;
        const char *words;
    } kinds[] = {
        { { .kind = PACKET_UDP, .udp = { 5000, 53 }, .payload.len_bytes = 20 },
          "UDP 5000>53 len=20" },
        { { .kind = PACKET_ICMP, .icmp = { .type = ICMP_UNREACHABLE, .code = 3 } },
          "ICMP port unreachable" },
        { { .kind = PACKET_ICMP, .icmp = { .type = ICMP_ECHO, .rest = 7 } }, "ICMP echo" },
        { { .kind = PACKET_ARP, .arp.operation = 1 }, "ARP who has" },
        { { .kind = PACKET_ARP, .arp.operation = 2 }, "ARP" },
        { { .kind = PACKET_IP_OTHER,
            .ip = { .ident = 9, .more_fragments = true },
            .payload.len_bytes = 1480 },
          "IP id=9 0-1480+" },
        { { .kind = PACKET_RAW, .payload.len_bytes = 64 }, "raw octets len=64" },
    };
    TraceRun *run = trace_builder_pair();
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        uint32_t packet =
            trace_builder_packet(run, (int64_t)i * 50 * MS, 0, &kinds[i].packet, TRACE_NONE);
        trace_builder_crosses(run, (int64_t)i * 50 * MS, ((int64_t)i * 50 + 20) * MS, packet, 2);
    }
    g_auto(Picture) picture = picture_draw(run);
    for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_assert_true(picture_has_words(&picture, kinds[i].words));
    }
}

/* ---- hosts ---- */

static void test_states(void)
{
    g_auto(Picture) picture = picture_draw(trace_builder_story());
    const SvgElement *state = svg_find(picture.svg, "state", "data-host", "server", 0);
    g_assert_cmpstr(state->text->str, ==, "SYN-RCVD SYN received");
    g_assert_cmpint(svg_number(state, "data-ns"), ==, 20 * MS);
    g_assert_cmpuint(svg_count(picture.svg, "state"), ==, 5);
    g_assert_cmpuint(svg_count(picture.svg, "dot"), ==, 5);
    const LadderArrow *syn = picture_arrow_of(picture.ladder, 0);
    g_assert_cmpint(picture_mark_with(picture.ladder, "SYN-RCVD")->y, ==, syn->points[1].y);
}

/* The segment whose arrival led to a state is named. */
static void test_cause(void)
{
    TraceRun *run = trace_builder_pair();
    trace_builder_arrives(run, 20 * MS, picture_segment(run, 0, 0, TCP_SYN, 0, PACKET_WHY_OPEN));
    uint32_t received = run->lines->len - 1;
    uint32_t state = trace_builder_state(run, 20 * MS, 1, TCP_STATE_LISTEN, TCP_EVENT_RCV_SYN,
                                         TCP_STATE_SYN_RCVD);
    trace_line(run, state)->cause = received;
    g_auto(Picture) picture = picture_draw(run);
    g_assert_true(picture_has_words(&picture, "SYN-RCVD SYN received (#1)"));
}

static void test_calls(void)
{
    g_auto(Picture) picture = picture_draw(trace_builder_story());
    const SvgElement *connect = svg_find(picture.svg, "call", "data-host", "client", 0);
    const SvgElement *listen = svg_find(picture.svg, "call", "data-host", "server", 0);
    const SvgElement *state = svg_find(picture.svg, "state", "data-host", "client", 0);
    g_assert_cmpstr(connect->text->str, ==, "connect: server:80");
    g_assert_cmpstr(listen->text->str, ==, "listen: 80");
    g_assert_cmpint(svg_number(connect, "x"), <, svg_number(state, "x"));
    g_assert_cmpint(svg_number(state, "x"), <, ladder_column(picture.ladder, 0)->x);
    g_assert_cmpint(svg_number(listen, "x"), >, ladder_column(picture.ladder, 1)->x);
}

/* A program that asks again and again is shown once; how a call failed is told. */
static void test_repeated_calls(void)
{
    TraceRun *run = trace_builder_pair();
    for (int i = 0; i < 5; i++) {
        trace_builder_call(run, i * MS, 1, "receive: until-eof");
    }
    uint32_t last = trace_builder_call(run, 6 * MS, 1, "receive: until-eof");
    trace_line(run, last)->call.result = SOCKET_CLOSED;
    uint32_t refused = trace_builder_call(run, 6 * MS, 0, "connect: server:80");
    trace_line(run, refused)->call.result = SOCKET_REFUSED;
    g_auto(Picture) picture = picture_draw(run);
    g_assert_cmpuint(svg_count(picture.svg, "call"), ==, 3);
    g_assert_true(picture_has_words(&picture, "receive: until-eof (end of stream)"));
    g_assert_true(picture_has_words(&picture, "connect: server:80 (refused)"));
}

static void test_timers(void)
{
    TraceRun *run = trace_builder_story();
    trace_builder_fired(run, 1100 * MS, 121100 * MS, 0, TCP_TIMER_TIME_WAIT);
    g_auto(Picture) picture = picture_draw(run);
    const SvgElement *bar = svg_find(picture.svg, "bar", "data-timer", "time-wait", 0);
    g_assert_cmpint(svg_number(bar, "data-to-ns") - svg_number(bar, "data-from-ns"), ==,
                    120000 * MS);
    g_assert_cmpint(svg_number(bar, "x"), <, ladder_column(picture.ladder, 0)->x);
    g_assert_true(picture_has_words(&picture, "TIME-WAIT timer (120 s)"));
    g_assert_true(picture_has_words(&picture, "retransmission timer (1 s)"));
}

static void test_crash(void)
{
    TraceRun *run = trace_builder_story();
    trace_builder_host(run, 2000 * MS, 1, "crash");
    trace_builder_host(run, 3000 * MS, 1, "reboot");
    g_auto(Picture) picture = picture_draw(run);
    const SvgElement *down = svg_find(picture.svg, "down", NULL, NULL, 0);
    g_assert_cmpint(svg_number(down, "y"), ==, picture_mark_with(picture.ladder, "crash")->y);
    g_assert_cmpint(svg_number(down, "y") + svg_number(down, "height"), ==,
                    picture_mark_with(picture.ladder, "reboot")->y);
}

/* ---- several places ---- */

typedef struct Net {
    uint32_t client, server, other, node;
    uint32_t to_client, to_server, to_other; /* wires from the node */
} Net;

static TraceRun *build_star(TracePlaceKind kind, Net *net)
{
    TraceRun *run = trace_builder_new();
    net->client = trace_builder_node(run, TRACE_PLACE_HOST, "client");
    net->server = trace_builder_node(run, TRACE_PLACE_HOST, "server");
    net->other = trace_builder_node(run, TRACE_PLACE_HOST, "other");
    net->node = trace_builder_node(run, kind, "middle");
    net->to_client = trace_builder_link(run, "a", net->node, net->client);
    net->to_server = trace_builder_link(run, "b", net->node, net->server);
    net->to_other = trace_builder_link(run, "c", net->node, net->other);
    trace_builder_conn(run, "client-server-80", net->client, net->server);
    return run;
}

static void test_router(void)
{
    Net net;
    TraceRun *run = build_star(TRACE_PLACE_ROUTER, &net);
    uint32_t packet = picture_segment(run, 0, 0, TCP_SYN, 0, PACKET_WHY_OPEN);
    trace_builder_crosses(run, 0, 10 * MS, packet, net.to_client + 1);
    trace_builder_crosses(run, 15 * MS, 25 * MS, packet, net.to_server);
    g_auto(Picture) picture = picture_draw(run);
    const Ladder *ladder = picture.ladder;
    g_assert_cmpuint(ladder->columns->len, ==, 3);
    g_assert_cmpuint(ladder_column(ladder, 1)->place, ==, net.node);
    g_assert_cmpuint(svg_count(picture.svg, "thin"), ==, 1);
    const LadderArrow *arrow = ladder_arrow(ladder, 0);
    g_assert_cmpuint(arrow->point_count, ==, 4);
    g_assert_cmpint(arrow->points[1].x, ==, arrow->points[2].x);
    g_assert_cmpint(arrow->points[2].y - arrow->points[1].y, ==, 5 * LADDER_SCALE_PX / 25);
}

/* A frame that a switch floods: one arrow that arrives, a stray one, and a number to tell it. */
static void test_switch(void)
{
    Net net;
    TraceRun *run = build_star(TRACE_PLACE_SWITCH, &net);
    Packet arp = { .kind = PACKET_ARP, .why = PACKET_WHY_ARP_REQUEST, .arp.operation = 1 };
    Packet udp = { .kind = PACKET_UDP, .ip.dst = trace_builder_addr(net.server) };
    uint32_t asked = trace_builder_packet(run, 0, net.client, &arp, TRACE_NONE);
    trace_builder_crosses(run, 0, 10 * MS, asked, net.to_client + 1);
    trace_builder_crosses(run, 10 * MS, 20 * MS, asked, net.to_server);
    uint32_t copy = trace_builder_packet(run, 10 * MS, net.node, &arp, asked);
    trace_builder_crosses(run, 10 * MS, 20 * MS, copy, net.to_other);
    trace_builder_dies(run, 20 * MS, copy, net.other, NET_DROP_NOT_FOR_US);
    uint32_t sent = trace_builder_packet(run, 40 * MS, net.other, &udp, TRACE_NONE);
    trace_builder_crosses(run, 40 * MS, 50 * MS, sent, net.to_other + 1);
    trace_builder_crosses(run, 50 * MS, 60 * MS, sent, net.to_server);
    g_auto(Picture) picture = picture_draw(run);
    g_assert_cmpuint(picture.ladder->columns->len, ==, 4);
    g_assert_true(svg_has_class(picture_packet(&picture, "1"), "arrived"));
    g_assert_true(svg_has_class(picture_packet(&picture, "2"), "stray"));
    g_assert_cmpuint(svg_count(picture.svg, "cross"), ==, 0);
    g_assert_true(picture_arrow_of(picture.ladder, copy)->copy);
}

/* The lines stand in the order of the way from host to host, though a router answers first. */
static void test_way(void)
{
    Net net;
    TraceRun *run = build_star(TRACE_PLACE_ROUTER, &net);
    g_array_set_size(run->conns, 0);
    Packet udp = { .kind = PACKET_UDP, .ip.dst = trace_builder_addr(net.server) };
    Packet arp = { .kind = PACKET_ARP,
                   .arp.operation = 2,
                   .ip.dst = trace_builder_addr(net.client) };
    uint32_t reply = trace_builder_packet(run, 0, net.node, &arp, TRACE_NONE);
    trace_builder_crosses(run, 0, 10 * MS, reply, net.to_client);
    trace_builder_line(run, 10 * MS, net.client, TRACE_RECEIVE, reply);
    uint32_t sent = trace_builder_packet(run, 10 * MS, net.client, &udp, TRACE_NONE);
    trace_builder_crosses(run, 10 * MS, 20 * MS, sent, net.to_client + 1);
    trace_builder_crosses(run, 20 * MS, 30 * MS, sent, net.to_server);
    trace_builder_line(run, 30 * MS, net.server, TRACE_RECEIVE, sent);
    g_auto(Picture) picture = picture_draw(run);
    const uint32_t way[] = { net.client, net.node, net.server };
    for (guint i = 0; i < G_N_ELEMENTS(way); i++) {
        g_assert_cmpuint(ladder_column(picture.ladder, i)->place, ==, way[i]);
    }
    g_assert_true(ladder_column(picture.ladder, 0)->labels_left);
}

/* What befell a packet at the outermost line stands on the page. */
static void test_fate_on_page(void)
{
    Net net;
    TraceRun *run = build_star(TRACE_PLACE_ROUTER, &net);
    g_array_set_size(run->conns, 0);
    Packet arp = { .kind = PACKET_ARP, .arp.operation = 2 };
    Packet udp = { .kind = PACKET_UDP, .ip.dst = trace_builder_addr(net.server) };
    uint32_t reply = trace_builder_packet(run, 0, net.node, &arp, TRACE_NONE);
    trace_builder_crosses(run, 0, 20 * MS, reply, net.to_client);
    trace_builder_line(run, 20 * MS, net.client, TRACE_RECEIVE, reply);
    uint32_t sent = trace_builder_packet(run, 30 * MS, net.client, &udp, TRACE_NONE);
    trace_builder_crosses(run, 30 * MS, 50 * MS, sent, net.to_client + 1);
    TraceLine *discard = trace_builder_line(run, 50 * MS, net.node, TRACE_DISCARD, sent);
    discard->discard.discard = INET_DISCARD_TTL;
    g_auto(Picture) picture = picture_draw(run);
    g_assert_cmpuint(ladder_column(picture.ladder, 0)->place, ==, net.node);
    assert_no_overlap(picture.ladder);
    g_assert_true(picture_has_words(&picture, "time to live exceeded"));
}

/* With more hosts than lines the picture keeps to the first, and says so. */
static void test_crowd(void)
{
    TraceRun *run = trace_builder_new();
    for (uint32_t i = 0; i < 20; i++) {
        g_autofree char *name = g_strdup_printf("host%u", i);
        trace_builder_node(run, TRACE_PLACE_HOST, name);
    }
    uint32_t wires[10];
    for (uint32_t i = 0; i < 10; i++) {
        wires[i] = trace_builder_link(run, "wire", 2 * i, 2 * i + 1);
    }
    for (uint32_t i = 0; i < 10; i++) {
        Packet udp = { .kind = PACKET_UDP,
                       .ip = { .src = trace_builder_addr(2 * i),
                               .dst = trace_builder_addr(2 * i + 1) } };
        uint32_t packet = trace_builder_packet(run, i * MS, 2 * i, &udp, TRACE_NONE);
        trace_builder_crosses(run, i * MS, (i + 20) * MS, packet, wires[i]);
    }
    g_auto(Picture) picture = picture_draw(run);
    g_assert_cmpuint(picture.ladder->columns->len, ==, 8);
    g_assert_cmpuint(picture.ladder->places_omitted, ==, 12);
    g_assert_true(picture_has_words(&picture, "12 more places"));
    g_assert_cmpuint(picture.ladder->arrows->len, ==, 4);
}

static void test_nothing(void)
{
    g_auto(Picture) silent = picture_draw(trace_builder_pair());
    g_assert_cmpuint(silent.ladder->columns->len, ==, 2);
    g_auto(Picture) empty = picture_draw(trace_builder_new());
    g_assert_cmpuint(empty.ladder->columns->len, ==, 0);
}

/* ---- texts ---- */

static void test_chinese(void)
{
    g_auto(Picture) picture = picture_draw_in(trace_builder_story(), "zh");
    g_assert_true(picture_has_words(&picture, "手工搭建"));
    g_assert_true(picture_has_words(&picture, "SYN-RCVD 收到 SYN"));
    g_assert_true(picture_has_words(&picture, "超时重传"));
    g_assert_true(picture_has_words(&picture, "重传定时器 (1 s)"));
    g_assert_false(picture_has_words(&picture, "received"));
    g_assert_false(picture_has_words(&picture, "retransmission"));
    g_assert_false(picture_has_words(&picture, "time runs down"));
    const SvgElement *style = NULL;
    for (guint i = 0; style == NULL; i++) {
        const SvgElement *element = g_ptr_array_index(picture.svg->elements, i);
        style = g_str_equal(element->name, "style") ? element : NULL;
    }
    g_assert_true(g_str_has_suffix(style->text->str, "{font-style:normal}"));
    const SvgElement *root = g_ptr_array_index(picture.svg->elements, 0);
    g_assert_cmpstr(svg_attribute(root, "xml:lang"), ==, "zh-CN");
}

/* Titles, names and calls are other people's: they come back as they were. */
static void test_escaping(void)
{
    TraceRun *run = trace_builder_pair();
    run->title_en = "a < b & \"c\" > 'd' </text><script>";
    trace_place(run, 0)->name = "<client & \"co\">";
    trace_builder_call(run, 0, 0, "send: <&\"'>");
    trace_builder_arrives(run, 20 * MS, picture_segment(run, 0, 0, TCP_ACK, 0, PACKET_WHY_ACK));
    g_auto(Picture) picture = picture_draw(run);
    g_assert_cmpstr(svg_find(picture.svg, "title", NULL, NULL, 0)->text->str, ==, run->title_en);
    g_assert_cmpstr(svg_find(picture.svg, "host", NULL, NULL, 0)->text->str, ==,
                    "<client & \"co\">");
    const SvgElement *call = svg_find(picture.svg, "call", NULL, NULL, 0);
    g_assert_cmpstr(call->text->str, ==, "send: <&\"'>");
    g_assert_cmpstr(svg_attribute(call, "data-host"), ==, "<client & \"co\">");
}

/* XML cannot take control characters, not even escaped. */
static void test_control_characters(void)
{
    TraceRun *run = trace_builder_pair();
    run->title_en = "a\x01z\x1b[2J";
    g_auto(Picture) picture = picture_draw(run);
    g_assert_cmpstr(svg_find(picture.svg, "title", NULL, NULL, 0)->text->str, ==, "a z [2J");
}

/* What a mark means does not hang on its colour: dashes, crosses and rings are told in a legend. */
static void test_legend(void)
{
    g_auto(Picture) picture = picture_draw(trace_builder_story());
    const SvgElement *legend = svg_find(picture.svg, "legend", NULL, NULL, 0);
    g_assert_nonnull(svg_within(picture.svg, legend, "cross"));
    g_assert_nonnull(svg_within(picture.svg, legend, "again"));
    g_assert_nonnull(svg_within(picture.svg, legend, "bar"));
    g_assert_null(svg_within(picture.svg, legend, "ring"));
    g_assert_nonnull(strstr(legend->text->str, "44 pixels are 20 ms"));
}

static void test_overlap_measure(void)
{
    LadderLabel a = { .left = 0, .right = 100, .y = 50, .above = 10, .below = 3 };
    LadderLabel below = a, aside = a, crossing = a;
    below.y = 63;
    aside.left = 100, aside.right = 200;
    crossing.y = 70;
    crossing.slope = -400;
    g_assert_cmpint(ladder_label_overlap(&a, &a), ==, 13);
    g_assert_cmpint(ladder_label_overlap(&a, &below), ==, 0);
    g_assert_cmpint(ladder_label_overlap(&a, &aside), ==, 0);
    g_assert_cmpint(ladder_label_overlap(&a, &crossing), >, 0);
}

typedef struct Size {
    const char *label, *lang;
    uint32_t packets;
} Size;

static const Size sizes[] = {
    { "/render/ladder/no-overlap/3-en", "en", 3 },
    { "/render/ladder/no-overlap/3-zh", "zh", 3 },
    { "/render/ladder/no-overlap/40-en", "en", 40 },
    { "/render/ladder/no-overlap/40-zh", "zh", 40 },
    { "/render/ladder/no-overlap/200-en", "en", 200 },
    { "/render/ladder/no-overlap/200-zh", "zh", 200 },
    { "/render/ladder/no-overlap/5000-en", "en", 5000 },
};

static void test_no_overlap(gconstpointer data)
{
    const Size *size = data;
    g_auto(Picture) picture = picture_draw_in(trace_builder_transfer(size->packets), size->lang);
    assert_no_overlap(picture.ladder);
}

/* Anybody sends anything to anybody at any time, over a router, and much of it dies. */
static TraceRun *build_chaos(guint32 seed)
{
    Net net;
    TraceRun *run = build_star(TRACE_PLACE_ROUTER, &net);
    g_autoptr(GRand) rand = g_rand_new_with_seed(seed);
    const uint32_t wires[] = { net.to_client, net.to_server, net.to_other };
    int64_t now_ns = 0;
    for (int i = 0; i < 60; i++) {
        now_ns += g_rand_int_range(rand, 0, 8) * MS;
        uint32_t from = (uint32_t)g_rand_int_range(rand, 0, 3);
        uint32_t to = (from + (uint32_t)g_rand_int_range(rand, 1, 3)) % 3;
        Packet p = { .kind = PACKET_TCP,
                     .why = (PacketWhy)g_rand_int_range(rand, 0, PACKET_N_WHYS),
                     .payload.len_bytes = (uint32_t)g_rand_int_range(rand, 0, 2000),
                     .ip = { .src = trace_builder_addr(from), .dst = trace_builder_addr(to) },
                     .tcp = { .seq = 100, .ack = 300, .flags = TCP_PSH | TCP_ACK } };
        uint32_t packet = trace_builder_packet(run, now_ns, from, &p, TRACE_NONE);
        int64_t passes_ns = now_ns + g_rand_int_range(rand, 1, 20) * MS;
        trace_builder_crosses(run, now_ns, passes_ns, packet, wires[from] + 1);
        if (g_rand_int_range(rand, 0, 5) == 0) {
            trace_builder_dies(run, passes_ns, packet, wires[to], NET_DROP_QUEUE_FULL);
            continue;
        }
        int64_t arrives_ns = passes_ns + g_rand_int_range(rand, 1, 20) * MS;
        trace_builder_crosses(run, passes_ns, arrives_ns, packet, wires[to]);
        if (g_rand_int_range(rand, 0, 4) == 0) {
            TraceLine *line = trace_builder_line(run, arrives_ns, to, TRACE_DISCARD, packet);
            line->discard.discard = (InetDiscard)g_rand_int_range(rand, 0, INET_N_DISCARDS);
        } else {
            trace_builder_state(run, arrives_ns, (uint8_t)to, TCP_STATE_LISTEN, TCP_EVENT_RCV_SYN,
                                (TcpState)g_rand_int_range(rand, 0, TCP_N_STATES));
        }
    }
    return run;
}

static void test_chaos(void)
{
    for (guint32 seed = 1; seed <= 20; seed++) {
        g_auto(Picture) picture = picture_draw(build_chaos(seed));
        assert_no_overlap(picture.ladder);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/render/ladder/slant", test_slant);
    g_test_add_func("/render/ladder/order", test_order);
    g_test_add_func("/render/ladder/break", test_break);
    g_test_add_func("/render/ladder/no-break-in-flight", test_no_break_in_flight);
    g_test_add_func("/render/ladder/words", test_words);
    g_test_add_func("/render/ladder/loss", test_loss);
    g_test_add_func("/render/ladder/retransmission", test_retransmission);
    g_test_add_func("/render/ladder/not-needed", test_not_needed);
    g_test_add_func("/render/ladder/corruption", test_corruption);
    g_test_add_func("/render/ladder/discards-that-lose", test_expected_discards);
    g_test_add_func("/render/ladder/died-at-home", test_died_at_home);
    g_test_add_func("/render/ladder/injected", test_injected);
    g_test_add_func("/render/ladder/in-flight", test_in_flight);
    g_test_add_func("/render/ladder/kinds", test_kinds);
    g_test_add_func("/render/ladder/states", test_states);
    g_test_add_func("/render/ladder/cause", test_cause);
    g_test_add_func("/render/ladder/calls", test_calls);
    g_test_add_func("/render/ladder/repeated-calls", test_repeated_calls);
    g_test_add_func("/render/ladder/timers", test_timers);
    g_test_add_func("/render/ladder/crash", test_crash);
    g_test_add_func("/render/ladder/router", test_router);
    g_test_add_func("/render/ladder/switch", test_switch);
    g_test_add_func("/render/ladder/way", test_way);
    g_test_add_func("/render/ladder/fate-on-page", test_fate_on_page);
    g_test_add_func("/render/ladder/crowd", test_crowd);
    g_test_add_func("/render/ladder/nothing", test_nothing);
    g_test_add_func("/render/ladder/chinese", test_chinese);
    g_test_add_func("/render/ladder/escaping", test_escaping);
    g_test_add_func("/render/ladder/control-characters", test_control_characters);
    g_test_add_func("/render/ladder/legend", test_legend);
    g_test_add_func("/render/ladder/overlap-measure", test_overlap_measure);
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_test_add_data_func(sizes[i].label, &sizes[i], test_no_overlap);
    }
    g_test_add_func("/render/ladder/chaos", test_chaos);
    return g_test_run();
}
