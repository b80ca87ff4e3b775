/* Protects: how connections open (RFC 9293 3.5, 3.10.7.2, 3.10.7.3): active, passive, simultaneous;
 * what SYNs bring and what they are answered with. */

#include "lib/tcp-bed.h"

static void open_bed(TcpBed *bed)
{
    TcpConfig config;
    tcp_bed_config(&config);
    tcp_bed_open(bed, &config);
}

static void test_passive(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_listen(&bed);
    tcp_bed_inject(&bed, "S 0:0(0) win 65535 <mss 1460>");
    tcp_bed_expect_why(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>", PACKET_WHY_OPEN);
    tcp_bed_expect_states(&bed, "CLOSED LISTEN SYN-RCVD");
    tcp_bed_inject(&bed, ". 1:1(0) ack 1 win 65535");
    tcp_bed_expect_states(&bed, "SYN-RCVD ESTABLISHED");
    tcp_bed_expect_notes(&bed, "accepted");
    tcp_bed_close(&bed);
}

static void test_active(void)
{
    TcpBed bed;
    open_bed(&bed);
    tcp_bed_connect(&bed);
    tcp_bed_expect_why(&bed, "S 0:0(0) win 65535 <mss 1460>", PACKET_WHY_OPEN);
    tcp_bed_inject(&bed, "S. 0:0(0) ack 1 win 65535 <mss 1460>");
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 1 win 65535", PACKET_WHY_ACK);
    tcp_bed_expect_states(&bed, "CLOSED SYN-SENT ESTABLISHED");
    tcp_bed_expect_notes(&bed, "established");
    tcp_bed_close(&bed);
}

static void test_data_and_teardown(void)
{
    TcpBed bed;
    open_bed(&bed);
    bed.reads = true;
    bed.closes = true;
    tcp_bed_accept_one(&bed);
    tcp_bed_inject(&bed, "P. 1:101(100) ack 1 win 65535");
    tcp_bed_expect_nothing(&bed);
    tcp_bed_run(&bed, 40 * SIM_NS_PER_MS);
    tcp_bed_expect_why(&bed, ". 1:1(0) ack 101", PACKET_WHY_DELAYED_ACK);
    tcp_send_pattern(bed.conn, 3000, false, false, tcp_bed_now(&bed));
    tcp_bed_run(&bed, 10);
    tcp_bed_expect(&bed, ". 1:1461(1460) ack 101");
    tcp_bed_expect(&bed, ". 1461:2921(1460) ack 101");
    tcp_bed_inject(&bed, ". 101:101(0) ack 2921 win 65535");
    tcp_bed_expect(&bed, "P. 2921:3001(80) ack 101");
    tcp_bed_inject(&bed, ". 101:101(0) ack 3001 win 65535");
    tcp_bed_forget(&bed);
    tcp_bed_inject(&bed, "F. 101:101(0) ack 3001 win 65535");
    tcp_bed_expect(&bed, ". 3001:3001(0) ack 102");
    tcp_bed_expect_why(&bed, "F. 3001:3001(0) ack 102", PACKET_WHY_CLOSE);
    tcp_bed_inject(&bed, ". 102:102(0) ack 3002 win 65535");
    tcp_bed_expect_states(&bed, "ESTABLISHED CLOSE-WAIT LAST-ACK CLOSED");
    g_assert_cmpuint(bed.read_bytes, ==, 100);
    g_assert_cmpint(bed.reason, ==, TCP_REASON_CLOSED);
    tcp_bed_close(&bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/handshake/passive", test_passive);
    g_test_add_func("/tcp/handshake/active", test_active);
    g_test_add_func("/tcp/handshake/data-and-teardown", test_data_and_teardown);
    return g_test_run();
}
