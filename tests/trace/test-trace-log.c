/* Protects: the recorder's promises on real runs. Lines stand in the order (time, place, serial);
 * every line but a program's call has a cause that is no later; a repeated segment leads back
 * through the timer that fired to the setting of it, or names the duplicate ACKs; packets are
 * numbered as they first appear; what was recorded can be written and read. */

#include <string.h>

#include "lib/run-scenario.h"
#include "trace/trace_tables.h"

static void test_order(void)
{
    g_autoptr(TraceRun) run = run_scenario("scenarios/fast-retransmit.yaml");
    g_assert_cmpuint(run->lines->len, >, 150);
    for (uint32_t i = 1; i < run->lines->len; i++) {
        const TraceLine *a = trace_line(run, i - 1), *b = trace_line(run, i);
        bool ordered = a->time_ns < b->time_ns ||
                       (a->time_ns == b->time_ns &&
                        (a->place < b->place || (a->place == b->place && a->serial < b->serial)));
        g_assert_true(ordered);
    }
}

static void test_numbers(void)
{
    g_autoptr(TraceRun) run = run_scenario("scenarios/fast-retransmit.yaml");
    uint32_t next = 0;
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->packet != TRACE_NONE && line->packet >= next) {
            g_assert_cmpuint(line->packet, ==, next);
            g_assert_cmpuint(trace_packet(run, line->packet)->made, ==, i);
            next++;
        }
    }
    g_assert_cmpuint(next, ==, run->packets->len);
}

/* Only what a program does on its own account, and what comes from outside, has no cause. */
static bool may_begin(const TraceLine *line)
{
    return line->what == TRACE_CALL || line->what == TRACE_EVENT || line->what == TRACE_HOST ||
           line->what == TRACE_CHANGE || line->what == TRACE_QUEUE;
}

static void test_causes(void)
{
    g_autoptr(TraceRun) run = run_scenario("scenarios/retransmission-timeout.yaml");
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->cause == TRACE_NONE) {
            g_assert_true(may_begin(line));
        } else {
            g_assert_cmpint(trace_line(run, line->cause)->time_ns, <=, line->time_ns);
        }
    }
}

static uint32_t find_sending(const TraceRun *run, PacketWhy why)
{
    for (uint32_t i = 0; i < run->lines->len; i++) {
        const TraceLine *line = trace_line(run, i);
        if (line->what == TRACE_SEND && trace_packet(run, line->packet)->snapshot->why == why) {
            return i;
        }
    }
    g_assert_not_reached();
}

static void test_timeout_leads_back(void)
{
    g_autoptr(TraceRun) run = run_scenario("scenarios/retransmission-timeout.yaml");
    const TraceLine *again = trace_line(run, find_sending(run, PACKET_WHY_RETRANSMIT_TIMEOUT));
    const TraceLine *fired = trace_line(run, again->cause);
    g_assert_cmpint(fired->what, ==, TRACE_TIMER);
    g_assert_cmpint(fired->timer.change, ==, TCP_TIMER_FIRED);
    const TraceLine *set = trace_line(run, fired->cause);
    g_assert_cmpint(set->timer.change, ==, TCP_TIMER_SET);
    g_assert_cmpint(set->timer.due_at_ns, ==, fired->time_ns);
    g_assert_cmpuint(trace_packet(run, again->packet)->original, !=, TRACE_NONE);
}

static void test_fast_retransmit_names_duplicates(void)
{
    g_autoptr(TraceRun) run = run_scenario("scenarios/fast-retransmit.yaml");
    const TraceLine *again = trace_line(run, find_sending(run, PACKET_WHY_RETRANSMIT_FAST));
    const TracePacket *pkt = trace_packet(run, again->packet);
    for (unsigned i = 0; i < 3; i++) {
        g_assert_cmpuint(pkt->because[i], !=, TRACE_NONE);
        const TracePacket *duplicate = trace_packet(run, pkt->because[i]);
        g_assert_cmpuint(duplicate->sender_end, !=, pkt->sender_end);
        g_assert_cmpuint(duplicate->snapshot->tcp.ack, ==,
                         trace_packet(run, pkt->original)->snapshot->tcp.seq);
    }
}

static void test_connections(void)
{
    g_autoptr(TraceRun) run = run_scenario("scenarios/simultaneous-open.yaml");
    g_assert_cmpuint(run->conns->len, ==, 1);
    for (unsigned e = 0; e < 2; e++) {
        g_assert_cmpuint(trace_conn(run, 0)->end[e].place, !=, TRACE_NONE);
        g_assert_true(trace_conn(run, 0)->end[e].iss_known);
    }
    g_assert_cmpstr(trace_conn(run, 0)->name, ==, "left-right-8000");
}

static void keep_a_hundred(TraceLog *log, void *data)
{
    trace_log_limit(log, 100);
}

/* A run that is cut short is a run all the same: no packet of it points past its last line. It ends
 * there, for it is of no more use. */
static void test_limit(void)
{
    const char *path = "scenarios/fast-retransmit.yaml";
    g_autoptr(TraceRun) whole = run_scenario(path);
    g_autoptr(TraceRun) run = run_scenario_watched(path, keep_a_hundred, NULL);
    g_assert_cmpuint(run->lines->len, ==, 100);
    g_assert_cmpint(run->end_ns, <, whole->end_ns);
    g_assert_cmpuint(run->packets->len, >, 0);
    g_assert_cmpuint(run->packets->len, <, whole->packets->len);
    for (uint32_t i = 0; i < run->packets->len; i++) {
        uint32_t made = trace_packet(run, i)->made;
        g_assert_cmpuint(made, ==, trace_packet(whole, i)->made);
        g_assert_cmpuint(made, <, run->lines->len);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/trace/log/order", test_order);
    g_test_add_func("/trace/log/numbers", test_numbers);
    g_test_add_func("/trace/log/causes", test_causes);
    g_test_add_func("/trace/log/timeout-leads-back", test_timeout_leads_back);
    g_test_add_func("/trace/log/fast-retransmit-names-duplicates",
                    test_fast_retransmit_names_duplicates);
    g_test_add_func("/trace/log/connections", test_connections);
    g_test_add_func("/trace/log/limit", test_limit);
    return g_test_run();
}
