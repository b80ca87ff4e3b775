/* Protects: the user timeout option (RFC 5482): when it is sent, what is adopted of it within which
 * limits, and what the adopted time does. */

#include "lib/tcp-bed.h"

static void open_server(TcpBed *bed, const TcpConfig *config)
{
    tcp_bed_open(bed, config);
    tcp_bed_listen(bed);
}

static void enabled(TcpConfig *config)
{
    tcp_bed_config(config);
    config->user_timeout_option = true;
    config->initial_rto_ns = config->min_rto_ns = SIM_NS_PER_S;
}

/* Establishes a connection whose peer told this on its SYN; ours went out. */
static void establish(TcpBed *bed, const TcpConfig *config, const char *option)
{
    open_server(bed, config);
    tcp_bed_injectf(bed, "S 0:0(0) win 65535 <mss 1460%s>", option);
    tcp_bed_inject(bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_forget(bed);
}

/* How long after data was sent the connection ends; -1: it has not within an hour and a half. */
static int64_t ends_after_s(TcpBed *bed)
{
    int64_t began_ns = tcp_bed_now(bed);
    tcp_bed_send(bed, 100);
    for (int i = 0; i < 5400 && bed->conn != NULL; i++) {
        tcp_bed_run(bed, SIM_NS_PER_S);
    }
    tcp_bed_forget(bed);
    return bed->conn != NULL ? -1 : (tcp_bed_now(bed) - began_ns) / SIM_NS_PER_S;
}

/* On the SYN and on the first segment without SYN, and no more. */
static void test_told(void)
{
    TcpBed bed;
    TcpConfig config;
    enabled(&config);
    tcp_bed_open(&bed, &config);
    tcp_bed_connect(&bed);
    tcp_bed_expect(&bed, "S 0:0(0) <mss 1460,UTO 300s>");
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    tcp_bed_expect(&bed, ". 1:1(0) ack 1 <UTO 300s>");
    tcp_bed_send(&bed, 1460);
    tcp_bed_expect(&bed, "P. 1:1461(1460) ack 1");
    tcp_bed_close(&bed);
}

/* It takes its room from the data. */
static void test_told_with_data(void)
{
    TcpBed bed;
    TcpConfig config;
    enabled(&config);
    config.advertised_user_timeout_ns = 40000 * SIM_NS_PER_S;
    establish(&bed, &config, "");
    tcp_bed_send(&bed, 1460);
    tcp_bed_expect(&bed, ". 1:1457(1456) ack 1 <UTO 667m>");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1457 win 65535");
    tcp_bed_expect(&bed, "P. 1457:1461(4) ack 1");
    tcp_bed_close(&bed);
}

static void test_off(void)
{
    TcpBed bed;
    TcpConfig config;
    tcp_bed_config(&config);
    establish(&bed, &config, ",UTO 600s");
    tcp_bed_send(&bed, 10);
    tcp_bed_expect(&bed, "P. 1:11(10) ack 1");
    tcp_bed_inject(&bed, ". 1:1(0) ack 11 win 65535");
    /* R2: 100 s have passed at the time-out after 127 s. */
    g_assert_cmpint(ends_after_s(&bed), <, 130);
    tcp_bed_close(&bed);
}

typedef struct AdoptRow {
    const char *label;
    const char *option;
    int64_t own_s, least_s, most_s;
    int64_t ends_s;
} AdoptRow;

static const AdoptRow adopt_rows[] = {
    { "longer", ",UTO 10m", 300, 100, 3600, 600 }, { "shorter", ",UTO 120s", 300, 100, 3600, 300 },
    { "least", ",UTO 2s", 2, 100, 3600, 100 },     { "most", ",UTO 200m", 300, 100, 3600, 3600 },
    { "above-rto", ",UTO 1s", 1, 1, 3600, 2 },
};

static void test_adopted(gconstpointer data)
{
    const AdoptRow *row = data;
    TcpBed bed;
    TcpConfig config;
    enabled(&config);
    config.advertised_user_timeout_ns = row->own_s * SIM_NS_PER_S;
    config.least_user_timeout_ns = row->least_s * SIM_NS_PER_S;
    config.most_user_timeout_ns = row->most_s * SIM_NS_PER_S;
    establish(&bed, &config, row->option);
    int64_t ends_s = ends_after_s(&bed);
    g_assert_cmpint(ends_s, >=, row->ends_s);
    g_assert_cmpint(ends_s, <=, row->ends_s + 1);
    g_assert_cmpint(bed.reason, ==, TCP_REASON_TIMEOUT);
    tcp_bed_close(&bed);
}

/* It may change in mid-connection; a segment that is not acceptable changes nothing. */
static void test_later(void)
{
    TcpBed bed;
    TcpConfig config;
    enabled(&config);
    establish(&bed, &config, "");
    tcp_bed_inject(&bed, "P. 1:11(10) ack 1 win 65535 <UTO 15m>");
    tcp_bed_inject(&bed, ". 90001:90001(0) ack 1 win 65535 <UTO 30m>");
    tcp_bed_forget(&bed);
    int64_t ends_s = ends_after_s(&bed);
    g_assert_cmpint(ends_s, >=, 900);
    g_assert_cmpint(ends_s, <=, 901);
    tcp_bed_close(&bed);
}

/* 3.4 */
static void test_zero(void)
{
    TcpBed bed;
    TcpConfig config;
    enabled(&config);
    establish(&bed, &config, ",UTO 0m");
    g_assert_cmpint(ends_after_s(&bed), <, 130); /* by R2 */
    tcp_bed_close(&bed);
}

/* What the program has set is told, and not changed by what the peer tells. */
static void test_fixed(void)
{
    TcpBed bed;
    TcpConfig config;
    enabled(&config);
    config.user_timeout_ns = 50 * SIM_NS_PER_S;
    open_server(&bed, &config);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460,UTO 10m>");
    tcp_bed_expect(&bed, "S. 0:0(0) ack 1 <mss 1460,UTO 50s>");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_forget(&bed);
    g_assert_cmpint(ends_after_s(&bed), ==, 50);
    tcp_bed_close(&bed);
}

static void test_changed(void)
{
    TcpBed bed;
    TcpConfig config;
    enabled(&config);
    establish(&bed, &config, "");
    tcp_bed_send(&bed, 10);
    tcp_bed_expect(&bed, "P. 1:11(10) ack 1 <UTO 300s>");
    tcp_bed_inject(&bed, ". 1:1(0) ack 11 win 65535");
    tcp_set_user_timeout(bed.conn, 400 * SIM_NS_PER_S, tcp_bed_now(&bed));
    tcp_bed_send(&bed, 10);
    tcp_bed_expect(&bed, "P. 11:21(10) ack 1 <UTO 400s>");
    tcp_bed_inject(&bed, ". 1:1(0) ack 21 win 65535");
    tcp_bed_send(&bed, 10);
    tcp_bed_expect(&bed, "P. 21:31(10) ack 1");
    tcp_bed_close(&bed);
}

/* 4.2: no probe before the adopted time is over. */
static void test_keep_alive(void)
{
    TcpBed bed;
    TcpConfig config;
    enabled(&config);
    config.keep_alive = true;
    config.keep_alive_idle_ns = 60 * SIM_NS_PER_S;
    establish(&bed, &config, ",UTO 10m");
    tcp_bed_run(&bed, 600 * SIM_NS_PER_S);
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, 2 * SIM_NS_PER_S);
    tcp_bed_expect_why(&bed, ". 0:0(0) ack 1 <...>", PACKET_WHY_KEEP_ALIVE);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/user-timeout/told", test_told);
    g_test_add_func("/tcp/user-timeout/told-with-data", test_told_with_data);
    g_test_add_func("/tcp/user-timeout/off", test_off);
    for (size_t i = 0; i < G_N_ELEMENTS(adopt_rows); i++) {
        g_autofree char *path =
            g_strdup_printf("/tcp/user-timeout/adopted/%s", adopt_rows[i].label);
        g_test_add_data_func(path, &adopt_rows[i], test_adopted);
    }
    g_test_add_func("/tcp/user-timeout/later", test_later);
    g_test_add_func("/tcp/user-timeout/zero", test_zero);
    g_test_add_func("/tcp/user-timeout/fixed", test_fixed);
    g_test_add_func("/tcp/user-timeout/changed", test_changed);
    g_test_add_func("/tcp/user-timeout/keep-alive", test_keep_alive);
    return g_test_run();
}
