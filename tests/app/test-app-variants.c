/* Protects: on a real connection the textbook's variants differ in the stated ways. One bulk
 * transfer loses two segments of one window: Tahoe falls to one segment; Reno leaves recovery with
 * the first new ACK and begins a second; NewReno has one and needs a round trip for each hole;
 * with SACK (CUBIC's pair) both are repaired in one. */

#include "lib/app-bed.h"
#include "tcp/tcp_variant.h"

#define MS SIM_NS_PER_MS

typedef struct Seen {
    const TcpConn *conn; /* the sender's */
    bool recovering;
    uint32_t recoveries;
    uint32_t least_cwnd_bytes; /* since the first */
    int64_t recovery_ns;       /* how long they lasted, in all */
} Seen;

static void on_vars(void *watcher, const TcpConn *conn, int64_t now_ns)
{
    Seen *seen = watcher;
    TcpVars vars;
    tcp_conn_vars(conn, &vars);
    seen->conn = conn;
    if (vars.in_recovery != seen->recovering) {
        seen->recovering = vars.in_recovery;
        seen->recoveries += vars.in_recovery;
        seen->recovery_ns += vars.in_recovery ? -now_ns : now_ns;
    }
    if (seen->recoveries > 0) {
        seen->least_cwnd_bytes = MIN(seen->least_cwnd_bytes, vars.cwnd_bytes);
    }
}

/* Sends 300 kB in 1448 byte segments over 100 Mbit/s, a round trip of 4 ms; the 40th and 44th are
 * lost. */
static Seen transfer(const char *variant_name)
{
    static const AppSetting client_settings[] = { { "to", 0, "server:9" },
                                                  { "bytes", 300000, NULL },
                                                  { 0 } };
    static const AppSetting server_settings[] = { { 0 } };
    const TcpVariant *variant = tcp_variant_find(variant_name);
    TcpConfig config;
    tcp_config_init(&config);
    config.cc = variant->cc;
    config.recovery = variant->recovery;
    g_autoptr(HostBed) bed = host_bed_new(&config, 100 * 1000 * 1000);
    Seen seen = { .least_cwnd_bytes = UINT32_MAX };
    const TcpProbe probe = { .watcher = &seen, .on_vars = on_vars };
    tcp_stack_set_probe(bed->client.tcp, &probe);
    host_bed_drop_data(bed, 40);
    host_bed_drop_data(bed, 43); /* of those that are left */
    g_autoptr(App) server = app_bed_new(bed, &bed->server, app_find("discard"), server_settings);
    g_autoptr(App) client = app_bed_new(bed, &bed->client, app_find("bulk"), client_settings);
    app_start(server, 0);
    app_start(client, 0);
    host_bed_run_until(bed, 5 * SIM_NS_PER_S);
    g_assert_true(client->done);
    g_assert_null(client->failure);
    g_assert_cmpuint(server->stats.received_bytes, ==, 300000);
    TcpConnStats stats;
    tcp_conn_stats(seen.conn, &stats); /* it is in TIME-WAIT */
    g_assert_cmpuint(stats.timeouts, ==, 0);
    g_test_message("%s: %u recoveries, least cwnd %u, %" G_GINT64_FORMAT " us in all", variant_name,
                   seen.recoveries, seen.least_cwnd_bytes, seen.recovery_ns / SIM_NS_PER_US);
    return seen;
}

static void test_variants(void)
{
    Seen tahoe = transfer("tahoe"), reno = transfer("reno"), newreno = transfer("newreno"),
         cubic = transfer("cubic");
    g_assert_cmpuint(tahoe.recoveries, ==, 1);
    g_assert_cmpuint(tahoe.least_cwnd_bytes, ==, 1448);

    g_assert_cmpuint(reno.recoveries, ==, 2);
    g_assert_cmpuint(reno.least_cwnd_bytes, >, 1448);

    g_assert_cmpuint(newreno.recoveries, ==, 1);
    g_assert_cmpint(newreno.recovery_ns, >=, 8 * MS);

    g_assert_cmpuint(cubic.recoveries, ==, 1);
    g_assert_cmpint(cubic.recovery_ns, <, 8 * MS);
    g_assert_cmpuint(cubic.least_cwnd_bytes, >, newreno.least_cwnd_bytes); /* 0.7, not 0.5 */
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/app/variants", test_variants);
    return g_test_run();
}
