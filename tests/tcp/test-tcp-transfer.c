/* Protects: the reliable stream. Two hosts, a link that loses, doubles, reorders and corrupts,
 * every recovery and every combination of options: what was written arrives, in order, once, and
 * both ends close. And: which bytes pass does not depend on who watches. */

#include "tcp/tcp_conn.h"

#include "net/net_wire.h"

#include <string.h>

#define CLIENT_ADDR inet_addr_v4(0xc0000201)
#define SERVER_ADDR inet_addr_v4(0xc0000202)
#define GIVE_UP_NS (3600 * SIM_NS_PER_S)

typedef struct End {
    NetNode *node;
    InetStack *inet;
    TcpStack *tcp;
    TcpConn *conn;
    uint64_t to_write_bytes, read_bytes, stream;
    TcpReason reason;
    bool gone;
} End;

typedef struct Pair {
    Sim *sim;
    SimPool pool;
    End client, server;
    NetLink *link;
    uint64_t vars_seen;
} Pair;

typedef struct Row {
    const char *label;
    const char *cc, *recovery; /* NULL: as negotiated */
    bool sack, timestamps;
    uint32_t loss_ppb, duplicate_ppb, reorder_ppb, corrupt_ppb;
    uint32_t client_bytes, server_bytes; /* how much each side writes */
    uint32_t buffer_bytes;
    bool prr, undo;
    bool as_linux; /* all that the profile linux switches on beside */
} Row;

#define PERCENT (SIM_PPB / 100)

static const Row rows[] = {
    { "clean", "cubic", NULL, true, true, 0, 0, 0, 0, 3000000, 0, 262144 },
    { "clean-both-ways", "cubic", NULL, true, true, 0, 0, 0, 0, 2000000, 1500000, 262144 },
    { "small-buffer", "cubic", NULL, true, true, 0, 0, 0, 0, 300000, 0, 4000 },
    { "empty", "cubic", NULL, true, true, 0, 0, 0, 0, 0, 0, 65536 },
    { "loss-sack", "cubic", NULL, true, true, PERCENT, 0, 0, 0, 1000000, 0, 262144 },
    { "loss-sack-plain", "reno", NULL, true, false, 2 * PERCENT, 0, 0, 0, 500000, 0, 262144 },
    { "loss-newreno", "reno", "newreno", false, true, 2 * PERCENT, 0, 0, 0, 500000, 0, 65536 },
    { "loss-reno", "reno", "reno", false, false, 2 * PERCENT, 0, 0, 0, 500000, 0, 65536 },
    { "loss-tahoe", "reno", "tahoe", false, false, 2 * PERCENT, 0, 0, 0, 500000, 0, 65536 },
    { "loss-prr", "cubic", NULL, true, true, 2 * PERCENT, 0, 0, 0, 500000, 0, 262144, true },
    { "loss-rack", "cubic", "rack", true, true, 2 * PERCENT, 0, 0, 0, 500000, 0, 262144 },
    { "loss-rack-prr", "reno", "rack", true, false, 5 * PERCENT, 0, 0, 0, 300000, 0, 65536, true },
    { "loss-rack-without-sack", "reno", "rack", false, true, PERCENT, 0, 0, 0, 300000, 0, 65536 },
    { "heavy-loss-rack", "cubic", "rack", true, true, 20 * PERCENT, 0, 0, 0, 50000, 20000, 65536 },
    { "reordering-rack", "cubic", "rack", true, true, 0, 0, 10 * PERCENT, 0, 500000, 0, 262144 },
    { "everything-rack", "cubic", "rack", true, true, 2 * PERCENT, 5 * PERCENT, 5 * PERCENT,
      PERCENT, 300000, 200000, 65536, true },
    { "everything-undo", "cubic", NULL, true, true, 2 * PERCENT, 5 * PERCENT, 5 * PERCENT, PERCENT,
      300000, 200000, 65536, false, true },
    { "everything-undo-rack", "reno", "rack", true, false, 2 * PERCENT, 5 * PERCENT, 5 * PERCENT,
      PERCENT, 300000, 200000, 65536, true, true },
    { "everything-undo-newreno", "reno", "newreno", false, true, 2 * PERCENT, 5 * PERCENT,
      5 * PERCENT, PERCENT, 300000, 200000, 65536, false, true },
    { "linux-clean", "linux-cubic", "rack", true, true, 0, 0, 0, 0, 3000000, 500000, 131072, true,
      true, true },
    { "linux-small-buffer", "linux-cubic", "rack", true, true, 0, 0, 0, 0, 300000, 0, 4000, true,
      true, true },
    { "linux-tiny-buffer", "linux-reno", NULL, true, true, 0, 0, 0, 0, 20000, 20000, 2304, true,
      true, true },
    { "linux-without-sack", "linux-reno", "rack", false, false, 2 * PERCENT, 0, PERCENT, 0, 300000,
      20000, 65536, true, true, true },
    { "linux-heavy-loss", "linux-cubic", "rack", true, true, 20 * PERCENT, 0, 0, 0, 50000, 20000,
      65536, true, true, true },
    { "linux-everything", "linux-cubic", "rack", true, true, 2 * PERCENT, 5 * PERCENT, 5 * PERCENT,
      PERCENT, 300000, 200000, 65536, true, true, true },
    { "heavy-loss", "cubic", NULL, true, true, 20 * PERCENT, 0, 0, 0, 50000, 20000, 65536 },
    { "duplicates", "cubic", NULL, true, true, 0, 20 * PERCENT, 0, 0, 500000, 500000, 65536 },
    { "reordering", "cubic", NULL, true, true, 0, 0, 10 * PERCENT, 0, 500000, 0, 262144 },
    { "corruption", "cubic", NULL, true, true, 0, 0, 0, 2 * PERCENT, 300000, 0, 262144 },
    { "everything-sack", "cubic", NULL, true, true, 2 * PERCENT, 5 * PERCENT, 5 * PERCENT, PERCENT,
      300000, 200000, 65536 },
    { "everything-newreno", "reno", "newreno", false, false, 2 * PERCENT, 5 * PERCENT, 5 * PERCENT,
      PERCENT, 200000, 100000, 65536 },
    { "everything-reno", "reno", "reno", false, true, 2 * PERCENT, 5 * PERCENT, 5 * PERCENT,
      PERCENT, 200000, 100000, 65536 },
    { "everything-tahoe", "cubic", "tahoe", false, true, 2 * PERCENT, 5 * PERCENT, 5 * PERCENT,
      PERCENT, 200000, 100000, 65536 },
};

/* ---- the programs ---- */

static void write_more(End *end, int64_t now_ns)
{
    uint64_t len = MIN(end->to_write_bytes, tcp_send_room_bytes(end->conn));
    end->to_write_bytes -= len;
    tcp_send_pattern(end->conn, (uint32_t)len, false, false, now_ns);
    if (end->to_write_bytes == 0) {
        tcp_shutdown(end->conn, now_ns);
    }
}

static void read_more(End *end, int64_t now_ns)
{
    for (;;) {
        Payload payload = tcp_receive(end->conn, UINT32_MAX, now_ns);
        if (payload.len_bytes == 0) {
            return;
        }
        g_assert_true(payload_matches(&payload, end->stream, end->read_bytes));
        end->read_bytes += payload.len_bytes;
        payload_clear(&payload);
    }
}

static void on_note(void *holder, TcpConn *conn, TcpNote note, TcpReason reason, int64_t now_ns)
{
    End *end = holder;
    if (note == TCP_NOTE_ESTABLISHED || note == TCP_NOTE_WRITABLE) {
        write_more(end, now_ns);
    } else if (note == TCP_NOTE_READABLE || note == TCP_NOTE_PEER_CLOSED) {
        read_more(end, now_ns);
    } else if (note == TCP_NOTE_CLOSED) {
        end->reason = reason;
        end->gone = true;
    }
}

static void on_ready(void *holder, TcpListener *listener, int64_t now_ns)
{
    Pair *pair = holder;
    pair->server.conn = tcp_accept(listener, on_note, &pair->server);
    pair->client.stream = tcp_conn_stream(pair->server.conn);
    write_more(&pair->server, now_ns);
    read_more(&pair->server, now_ns);
}

static void on_vars(void *watcher, const TcpConn *conn, int64_t now_ns)
{
    ((Pair *)watcher)->vars_seen++;
}

/* ---- the world ---- */

static NetPort *open_end(Pair *pair, End *end, uint8_t number)
{
    end->node = net_node_new(pair->sim, &pair->pool, number, number == 1 ? "client" : "server");
    return net_node_add_port(end->node, (MacAddr){ { 2, 0, 0, 0, 0, number } });
}

static void start_end(End *end, NetPort *port, InetAddr addr, const TcpConfig *config)
{
    InetConfig inet_config;
    inet_config_init(&inet_config);
    end->inet = inet_stack_new(end->node, &inet_config, 1);
    inet_iface_up(inet_iface_new(end->inet, port, addr, 24), 0);
    end->tcp = tcp_stack_new(end->inet, 1, config);
}

static void be_as_linux(TcpConfig *config)
{
    config->quick_ack = true;
    config->receive_buffer_max_bytes = 4 * config->receive_buffer_bytes;
    config->floored_rto = true;
    config->min_rto_ns = 200 * SIM_NS_PER_MS;
    config->offload = true;
    config->minshall = true;
    config->validation = true;
    config->whole_segments = true;
    config->linux_rack = true;
    config->timer_slack_ns = 2 * SIM_NS_PER_MS;
    config->bare_probes = true;
    config->reset_acks = true;
    config->sack_fin = true;
}

/* Every second seed lets the sequence numbers wrap soon. */
static void configure(TcpConfig *config, const Row *row, uint64_t seed)
{
    tcp_config_init(config);
    config->fixed_isn = seed % 2 == 0 ? (int64_t)UINT32_MAX - 20000 : -1;
    config->sack = row->sack;
    config->timestamps = row->timestamps;
    config->cc = tcp_cc_find(row->cc);
    config->recovery = row->recovery != NULL ? tcp_recovery_find(row->recovery) : NULL;
    config->prr = row->prr;
    config->undo = config->f_rto = row->undo;
    config->receive_buffer_bytes = row->buffer_bytes;
    config->send_buffer_bytes = row->buffer_bytes;
    config->msl_ns = 1000 * SIM_NS_PER_S; /* or a FIN sent again late meets nobody */
    config->r2_retries = 0;
    if (row->as_linux) {
        be_as_linux(config);
    }
}

static void open_pair(Pair *pair, const Row *row, uint64_t seed)
{
    *pair = (Pair){ .sim = sim_new() };
    sim_pool_init(&pair->pool, sizeof(Packet));
    NetPort *ports[2] = { open_end(pair, &pair->client, 1), open_end(pair, &pair->server, 2) };
    NetWireConfig wire = { .rate_bps = 10000000,
                           .delay_ns = 10 * SIM_NS_PER_MS,
                           .queue_limit = 50,
                           .loss_ppb = row->loss_ppb,
                           .duplicate_ppb = row->duplicate_ppb,
                           .reorder_ppb = row->reorder_ppb,
                           .reorder_ns = 5 * SIM_NS_PER_MS,
                           .corrupt_ppb = row->corrupt_ppb };
    pair->link = net_link_new("wire", PACKET_LINK_ETHERNET, 1500, ports[0], ports[1],
                              (NetWireConfig[]){ wire, wire }, seed, 3);
    TcpConfig config;
    configure(&config, row, seed);
    start_end(&pair->client, ports[0], CLIENT_ADDR, &config);
    start_end(&pair->server, ports[1], SERVER_ADDR, &config);
    pair->client.to_write_bytes = row->client_bytes;
    pair->server.to_write_bytes = row->server_bytes;
    tcp_listen(pair->server.tcp, (InetAddr){ 0 }, 80, NULL, on_ready, pair);
    pair->client.conn = tcp_connect(pair->client.tcp, (InetAddr){ 0 }, 0, SERVER_ADDR, 80, NULL,
                                    on_note, &pair->client, 0);
    pair->server.stream = tcp_conn_stream(pair->client.conn);
}

static void close_pair(Pair *pair)
{
    tcp_stack_free(pair->client.tcp);
    tcp_stack_free(pair->server.tcp);
    inet_stack_free(pair->client.inet);
    inet_stack_free(pair->server.inet);
    net_link_free(pair->link);
    net_node_free(pair->client.node);
    net_node_free(pair->server.node);
    sim_free(pair->sim);
    g_assert_cmpuint(pair->pool.in_use, ==, 0);
    sim_pool_clear(&pair->pool);
}

/* Somebody tells the client a wrong MAC address of the server. */
static void poison(Pair *pair)
{
    NetPort *port = g_ptr_array_index(pair->client.node->ports, 0);
    Packet *pkt = packet_new(&pair->pool, &pair->server.node->entity, 0, PACKET_WHY_INJECTED);
    MacAddr wrong = { { 2, 0, 0, 0, 0, 66 } };
    pkt->kind = PACKET_ARP;
    pkt->link = PACKET_LINK_ETHERNET;
    pkt->eth = (WireEth){ port->mac, wrong, WIRE_ETHERTYPE_ARP };
    pkt->arp = (WireArp){ .operation = 2,
                          .sender_mac = wrong,
                          .target_mac = port->mac,
                          .sender_addr = SERVER_ADDR,
                          .target_addr = CLIENT_ADDR };
    packet_set_length(pkt);
    net_port_arrive(port, pkt, sim_now(pair->sim));
}

/* MUST-20: long before the wrong entry grows old, R1 makes IP ask again. */
static void test_advice_to_ip(void)
{
    Pair pair;
    open_pair(&pair, &rows[0], 1);
    sim_run(pair.sim, 500 * SIM_NS_PER_MS);
    g_assert_cmpuint(pair.server.read_bytes, >, 0);
    poison(&pair);
    sim_run(pair.sim, 40 * SIM_NS_PER_S);
    g_assert_cmpuint(pair.server.read_bytes, ==, rows[0].client_bytes);
    close_pair(&pair);
}

/* Runs a row to its end. Returns a number that any change of the course would change. */
static uint64_t run(const Row *row, uint64_t seed, bool watched)
{
    Pair pair;
    open_pair(&pair, row, seed);
    TcpProbe probe = { .watcher = &pair, .on_vars = on_vars };
    if (watched) {
        tcp_stack_set_probe(pair.client.tcp, &probe);
    }
    while (sim_now(pair.sim) < GIVE_UP_NS && !(pair.client.gone && pair.server.gone)) {
        sim_run(pair.sim, sim_now(pair.sim) + SIM_NS_PER_S);
    }
    g_assert_true(pair.client.gone && pair.server.gone);
    g_assert_cmpint(pair.client.reason, ==, TCP_REASON_CLOSED);
    g_assert_cmpint(pair.server.reason, ==, TCP_REASON_CLOSED);
    g_assert_cmpuint(pair.server.read_bytes, ==, row->client_bytes);
    g_assert_cmpuint(pair.client.read_bytes, ==, row->server_bytes);
    g_assert_cmpuint(pair.vars_seen > 0, ==, watched);
    const TcpStackStats *client = tcp_stack_stats(pair.client.tcp);
    uint64_t course = client->segments_sent << 32 | client->segments_retransmitted;
    g_test_message("%s: %" G_GINT64_FORMAT " ms, sent %" G_GUINT64_FORMAT
                   ", again %" G_GUINT64_FORMAT,
                   row->label, sim_now(pair.sim) / SIM_NS_PER_MS, client->segments_sent,
                   client->segments_retransmitted);
    close_pair(&pair);
    return course;
}

static void test_row(gconstpointer data)
{
    const Row *row = data;
    unsigned seeds = g_getenv("WIRELAB_LONG") != NULL ? 200 : 5;
    for (uint64_t seed = 1; seed <= seeds; seed++) {
        run(row, seed, false);
    }
    g_assert_cmpuint(run(row, 1, true), ==, run(row, 1, false));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        g_autofree char *path = g_strdup_printf("/tcp/transfer/%s", rows[i].label);
        g_test_add_data_func(path, &rows[i], test_row);
    }
    g_test_add_func("/tcp/rfc9293/MUST-20/advice-to-ip", test_advice_to_ip);
    return g_test_run();
}
