/* Protects: a receive buffer that is memory (tcp_space.c): windows as two Linux hosts told them to
 * each other (tests/data/linux-traces), a window that closes while the program does not read, and a
 * buffer that grows with what it reads. */

#include "lib/tcp-bed.h"

#define MS SIM_NS_PER_MS

enum { MSS = 1448, SCALE_UNIT = 1024 };

typedef struct Space {
    TcpBed bed;
    uint32_t seq;
    uint32_t ts;
} Space;

static void open_space(Space *space, uint32_t buffer_bytes, uint32_t most_bytes)
{
    TcpConfig config;
    tcp_bed_config(&config);
    config.quick_ack = true;
    config.timestamps = true;
    config.window_scaling = true;
    config.receive_buffer_bytes = buffer_bytes;
    config.receive_buffer_max_bytes = most_bytes;
    tcp_bed_open(&space->bed, &config);
    tcp_bed_listen(&space->bed);
    space->seq = 1;
    space->ts = 1;
    tcp_bed_inject(&space->bed, "S 0:0(0) win 64240 <mss 1460,TS val 1 ecr 0,nop,wscale 10>");
}

static void shake_hands(Space *space)
{
    tcp_bed_inject(&space->bed, ". 1:1(0) ack 1 win 63 <TS val 1 ecr 0>");
    tcp_bed_run(&space->bed, 10);
    tcp_bed_forget(&space->bed);
}

/* A full segment; its acknowledgement, if one goes at once, says this window. */
static void arrive(Space *space, uint32_t window)
{
    tcp_bed_injectf(&space->bed, ". %u:%u(%u) ack 1 win 63 <TS val %u ecr %u>", space->seq,
                    space->seq + MSS, MSS, space->ts, space->ts);
    space->seq += MSS;
    g_autofree char *text = g_strdup_printf(". 1:1(0) ack %u win %u", space->seq, window);
    tcp_bed_expect(&space->bed, text);
}

/* 64 KiB at first, two segments more with each that comes, up to what the memory holds: 128 KiB,
 * of which a segment of 1448 takes 2304. */
static void test_opens(void)
{
    static const uint32_t windows[] = { 67, 70, 73, 75, 78, 79, 79, 79 };
    Space space;
    open_space(&space, 128 << 10, 32 << 20);
    tcp_bed_expect(&space.bed, "S. 0:0(0) ack 1 win 65160 <mss 1460,nop,nop,TS val 0 ecr 1,"
                               "nop,wscale 10>");
    shake_hands(&space);
    space.bed.reads = true;
    for (size_t i = 0; i < G_N_ELEMENTS(windows); i++) {
        arrive(&space, windows[i]);
    }
    tcp_bed_close(&space.bed);
}

/* A buffer of that very size: 16 KiB of payload at first, whole segments; closed before memory runs
 * out. */
static void test_closes(void)
{
    static const uint32_t windows[] = { 18824, 17376, 15928, 14480, 13032 };
    Space space;
    open_space(&space, 32 << 10, 32 << 10);
    tcp_bed_expect(&space.bed,
                   "S. 0:0(0) ack 1 win 15928 <mss 1460,nop,nop,TS val 0 ecr 1,nop,wscale 0>");
    shake_hands(&space);
    for (size_t i = 0; i < G_N_ELEMENTS(windows); i++) {
        arrive(&space, windows[i]);
    }
    for (int i = 0; i < 9; i++) {
        tcp_bed_injectf(&space.bed, ". %u:%u(%u) ack 1 win 63 <TS val 1 ecr 1>", space.seq,
                        space.seq + MSS, MSS);
        space.seq += MSS;
    }
    tcp_bed_run(&space.bed, 40 * MS);
    tcp_bed_expect(&space.bed, ". 1:1(0) ack 20273 win 0");
    Payload payload;
    while ((payload = tcp_receive(space.bed.conn, 65536, tcp_bed_now(&space.bed))).len_bytes > 0) {
        payload_clear(&payload);
    }
    tcp_bed_run(&space.bed, 10);
    tcp_bed_expect(&space.bed, ". 1:1(0) ack 20273 win 18824");
    tcp_bed_close(&space.bed);
}

/* The program reads more in each round trip of 10 ms: the buffer follows. */
static void test_grows(void)
{
    Space space;
    open_space(&space, 128 << 10, 32 << 20);
    tcp_bed_run(&space.bed, 10 * MS);
    shake_hands(&space);
    space.bed.reads = true;
    for (int round = 0, segments = 10; round < 4; round++, segments *= 2) {
        tcp_bed_run(&space.bed, 10 * MS);
        space.ts += 10;
        for (int i = 0; i < segments; i++) {
            tcp_bed_injectf(&space.bed, ". %u:%u(%u) ack 1 win 63 <TS val %u ecr %u>", space.seq,
                            space.seq + MSS, MSS, space.ts, space.ts);
            space.seq += MSS;
        }
    }
    TcpVars vars;
    tcp_conn_vars(space.bed.conn, &vars);
    g_assert_cmpuint(vars.rcv_wnd, >, 2 * 79 * SCALE_UNIT);
    tcp_bed_forget(&space.bed);
    tcp_bed_close(&space.bed);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/space/opens", test_opens);
    g_test_add_func("/tcp/space/closes", test_closes);
    g_test_add_func("/tcp/space/grows", test_grows);
    return g_test_run();
}
