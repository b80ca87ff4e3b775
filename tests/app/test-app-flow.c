/* Protects: what a receiver of datagrams says of those that were lost, overtaken or doubled. */

#include "app/app_flow.h"

#include "app/app_result.h"
#include "lib/app-bed.h"

typedef struct Row {
    const char *label;
    struct {
        uint64_t stream, offset; /* in datagrams of 100 octets */
    } arrivals[12];              /* up to stream 0 */
    uint64_t lost, reordered, duplicated;
} Row;

static const Row rows[] = {
    { "in-order", { { 1, 0 }, { 1, 1 }, { 1, 2 } }, 0, 0, 0 },
    { "gap", { { 1, 0 }, { 1, 1 }, { 1, 4 } }, 2, 0, 0 },
    { "the-first-is-missing", { { 1, 1 }, { 1, 2 } }, 1, 0, 0 },
    { "overtaken", { { 1, 0 }, { 1, 2 }, { 1, 1 }, { 1, 3 } }, 0, 1, 0 },
    { "overtaken-by-two", { { 1, 0 }, { 1, 3 }, { 1, 1 } }, 1, 1, 0 },
    { "doubled", { { 1, 0 }, { 1, 0 }, { 1, 1 } }, 0, 0, 1 },
    { "doubled-after-the-next", { { 1, 0 }, { 1, 1 }, { 1, 0 } }, 0, 0, 1 },
    { "late-and-doubled", { { 1, 1 }, { 1, 0 }, { 1, 0 } }, 0, 1, 1 },
    { "two-senders", { { 1, 0 }, { 2, 0 }, { 1, 1 }, { 2, 2 }, { 1, 2 } }, 1, 0, 0 },
};

static void test_row(gconstpointer data)
{
    const Row *row = data;
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    g_autoptr(App) app = app_new(&app_steps, bed->client.sockets, "a", 1, NULL, NULL);
    uint64_t count = 0;
    for (; row->arrivals[count].stream != 0; count++) {
        const UdpDatagram datagram = { .payload = { .len_bytes = 100,
                                                    .stream = row->arrivals[count].stream,
                                                    .offset = row->arrivals[count].offset * 100 } };
        app_flow_count(app, &datagram, 0);
    }
    g_assert_cmpuint(app->stats.received_pkts, ==, count);
    g_assert_cmpuint(app->stats.received_bytes, ==, count * 100);
    g_assert_cmpuint(app->stats.lost_pkts, ==, row->lost);
    g_assert_cmpuint(app->stats.reordered_pkts, ==, row->reordered);
    g_assert_cmpuint(app->stats.duplicated_pkts, ==, row->duplicated);
}

/* Text and pattern from one socket are one stream: no gap where they change. */
static void test_text_among_pattern(void)
{
    static const AppStep sender[] = {
        { .kind = APP_STEP_SEND_TO, .text = "", .host = "server", .port = 9, .bytes = 100 },
        { .kind = APP_STEP_SEND_TO,
          .text = "",
          .host = "server",
          .port = 9,
          .bytes = 5,
          .literal = "hello" },
        { .kind = APP_STEP_SEND_TO, .text = "", .host = "server", .port = 9, .bytes = 100 },
        { 0 },
    };
    static const AppSetting udp[] = { { "transport", 1, NULL }, { 0 } };
    g_autoptr(HostBed) bed = host_bed_new(NULL, 0);
    g_autoptr(App) server = app_bed_new(bed, &bed->server, app_find("discard"), udp);
    g_autoptr(App) client = app_bed_steps(bed, &bed->client, sender);
    app_start(server, 0);
    app_start(client, 0);
    host_bed_run_until(bed, SIM_NS_PER_S);
    g_assert_cmpuint(server->stats.received_pkts, ==, 3);
    g_assert_cmpuint(server->stats.lost_pkts, ==, 0);
    g_assert_cmpuint(server->stats.reordered_pkts, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/app/flow/%s", rows[i].label);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/app/flow/text-among-pattern", test_text_among_pattern);
    return g_test_run();
}
