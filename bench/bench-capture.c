/* What it costs to look: a full-size segment captured, from the pattern of its payload to the file.
 */

#include <glib.h>
#include <glib/gstdio.h>
#include <stdio.h>

#include "bench/bench.h"
#include "trace/trace_pcap.h"
#include "trace/trace_pcapng.h"
#include "wire/checksum.h"

enum { ROUNDS = 15, RECORDS = 20000, MSS_BYTES = 1448 };

typedef struct Bench {
    SimPool pool;
    SimEntity maker;
    Packet *pkt;
    uint8_t frame[2048];
    uint64_t sum;     /* keeps results from being optimised away */
    const char *path; /* of a capture */
} Bench;

/* Does it RECORDS times. */
typedef void (*BenchFn)(Bench *bench);

static void do_new_and_free(Bench *bench)
{
    for (uint32_t i = 0; i < RECORDS; i++) {
        packet_free(packet_new(&bench->pool, &bench->maker, 0, PACKET_WHY_DATA));
    }
}

static void do_pattern(Bench *bench)
{
    for (uint32_t i = 0; i < RECORDS; i++) {
        payload_pattern(1, (uint64_t)i * MSS_BYTES, MSS_BYTES, bench->frame);
        bench->sum += bench->frame[i % MSS_BYTES];
    }
}

static void do_checksum(Bench *bench)
{
    for (uint32_t i = 0; i < RECORDS; i++) {
        bench->sum += checksum_add(i, bench->frame, MSS_BYTES + 32);
    }
}

static void do_serialise(Bench *bench)
{
    for (uint32_t i = 0; i < RECORDS; i++) {
        bench->pkt->payload.offset = (uint64_t)i * MSS_BYTES;
        packet_serialise(bench->pkt, bench->frame);
        bench->sum += bench->frame[i % MSS_BYTES];
    }
}

static void write_pcapng(Bench *bench, TraceOutput *output)
{
    g_autoptr(TracePcapng) capture = trace_pcapng_new(output, NULL);
    trace_pcapng_add_interface(capture, "wire", NULL, PACKET_LINK_ETHERNET, 0);
    for (uint32_t i = 0; i < RECORDS; i++) {
        bench->pkt->payload.offset = (uint64_t)i * MSS_BYTES;
        TraceRecord record = { .at_ns = i, .number = i + 1, .direction = TRACE_DIRECTION_OUT };
        trace_pcapng_write(capture, &record, bench->pkt);
    }
    bench->sum += trace_pcapng_close(capture, NULL);
}

static void do_pcapng(Bench *bench)
{
    write_pcapng(bench, trace_output_new(bench->path, NULL));
}

static void do_pcapng_nowhere(Bench *bench)
{
    write_pcapng(bench, trace_output_new("/dev/null", NULL));
}

static void do_pcap(Bench *bench)
{
    g_autoptr(TracePcap) capture =
        trace_pcap_new(trace_output_new(bench->path, NULL), TRACE_PCAP_ETHERNET);
    for (uint32_t i = 0; i < RECORDS; i++) {
        bench->pkt->payload.offset = (uint64_t)i * MSS_BYTES;
        trace_pcap_write(capture, i, bench->pkt, 0, true);
    }
    bench->sum += trace_pcap_close(capture, NULL);
}

static const struct {
    const char *label;
    BenchFn run;
} rows[] = {
    { "packet: new and free", do_new_and_free },
    { "1448 bytes of pattern", do_pattern },
    { "checksum of 1480 bytes", do_checksum },
    { "serialise a full segment", do_serialise },
    { "the same as pcapng to /dev/null", do_pcapng_nowhere },
    { "the same as pcapng to a file", do_pcapng },
    { "the same as pcap to a file", do_pcap },
};

static void make_segment(Bench *bench)
{
    sim_pool_init(&bench->pool, sizeof(Packet));
    sim_entity_init(&bench->maker, 1);
    Packet *pkt = packet_new(&bench->pool, &bench->maker, 0, PACKET_WHY_DATA);
    pkt->eth.type = WIRE_ETHERTYPE_IPV4;
    pkt->ip = (WireIp){ .src = inet_addr_v4(0xc0000201),
                        .dst = inet_addr_v4(0xc0000202),
                        .protocol = IP_PROTOCOL_TCP,
                        .ttl = 64 };
    pkt->tcp = (WireTcp){
        .src_port = 49152, .dst_port = 80, .flags = TCP_ACK, .options = TCP_OPT_TIMESTAMPS
    };
    pkt->payload = (Payload){ .len_bytes = MSS_BYTES, .stream = 1 };
    packet_set_length(pkt);
    bench->pkt = pkt;
}

static double measure(Bench *bench, BenchFn run)
{
    double ns[ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        g_remove(bench->path); /* a run never writes over an older capture */
        int64_t start_ns = bench_now_ns();
        run(bench);
        ns[round] = (double)(bench_now_ns() - start_ns) / RECORDS;
    }
    return bench_median(ns, ROUNDS);
}

int main(void)
{
    g_autofree char *folder = g_dir_make_tmp("wirelab-bench-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "capture", NULL);
    Bench bench = { .path = path };
    make_segment(&bench);
    printf("capture: ns of processor time each, median of %d rounds of %d\n", ROUNDS, RECORDS);
    for (size_t i = 0; i < G_N_ELEMENTS(rows); i++) {
        printf("  %-32s %8.1f\n", rows[i].label, measure(&bench, rows[i].run));
    }
    printf("  check %" G_GUINT64_FORMAT "\n", bench.sum);
    packet_free(bench.pkt);
    sim_pool_clear(&bench.pool);
    g_remove(path);
    g_rmdir(folder);
    return 0;
}
