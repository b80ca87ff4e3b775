/* Protects: looking a connection up stays cheap, whichever part of the four-tuple tells connections
 * apart: at a server it is the remote port alone. */

#include "lib/host-bed.h"
#include "tcp/tcp_internal.h"

enum { CONNECTIONS = 2000, LONGEST_CHAIN = 10 };

static uint32_t longest_chain(const TcpStack *tcp)
{
    uint32_t longest = 0;
    for (uint32_t i = 0; i < tcp->bucket_count; i++) {
        uint32_t length = 0;
        for (const TcpConn *conn = tcp->buckets[i]; conn != NULL; conn = conn->hash_next) {
            length++;
        }
        longest = MAX(longest, length);
    }
    return longest;
}

static void test_spread(void)
{
    TcpConfig config;
    tcp_config_init(&config);
    config.backlog = CONNECTIONS;
    g_autoptr(HostBed) bed = host_bed_new(&config, 0);
    Socket *listener = socket_new(bed->server.sockets, SOCKET_STREAM, NULL, NULL);
    socket_bind(listener, (InetAddr){ 0 }, 80, 0);
    socket_listen(listener, 0, 0);
    for (uint32_t i = 0; i < CONNECTIONS; i++) {
        Socket *socket = socket_new(bed->client.sockets, SOCKET_STREAM, NULL, NULL);
        g_assert_cmpint(socket_connect(socket, BED_SERVER, 80, i), ==, SOCKET_OK);
        host_bed_run_until(bed, i + 1);
    }
    host_bed_run_until(bed, 10 * SIM_NS_PER_MS);
    g_assert_cmpuint(bed->server.tcp->conn_count, ==, CONNECTIONS);
    g_assert_cmpuint(longest_chain(bed->server.tcp), <=, LONGEST_CHAIN);
    g_assert_cmpuint(longest_chain(bed->client.tcp), <=, LONGEST_CHAIN);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/buckets/spread", test_spread);
    return g_test_run();
}
