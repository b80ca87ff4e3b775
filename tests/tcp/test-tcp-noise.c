/* Protects: the promise that nothing on the wire can break the stack. Random segments near
 * everything that matters (edges of windows, numbers just sent, odd flags, odd options), random
 * calls of the program and random waiting; the assertions of the stack are the judge. A failing run
 * is named by its seed: WIRELAB_NOISE_SEED=n runs that one alone. */

#include <stdlib.h>

#include "inet/inet_icmp.h"
#include "lib/tcp-bed.h"

typedef struct Noise {
    TcpBed bed;
    Rng rng;
} Noise;

static uint32_t below(Noise *noise, uint32_t bound)
{
    return (uint32_t)rng_below(&noise->rng, bound);
}

static bool chance(Noise *noise, uint32_t percent)
{
    return below(noise, 100) < percent;
}

/* One of the numbers that matter, a little off now and then. */
static TcpSeq near(Noise *noise, const TcpSeq *numbers, uint32_t count)
{
    TcpSeq number = numbers[below(noise, count)];
    switch (below(noise, 6)) {
    case 0:
        return number + below(noise, 5) - 2;
    case 1:
        return number + below(noise, 4000) - 2000;
    case 2:
        return below(noise, 20) == 0 ? (TcpSeq)rng_u64(&noise->rng) : number;
    default:
        return number;
    }
}

static void fill_sacks(Noise *noise, WireTcp *tcp, const TcpVars *vars)
{
    const TcpSeq numbers[] = { vars->snd_una, vars->snd_nxt, vars->snd_una + 1460 };
    tcp->sack_count = (uint8_t)(1 + below(noise, 3));
    for (uint8_t i = 0; i < tcp->sack_count; i++) {
        tcp->sack[i].left = near(noise, numbers, G_N_ELEMENTS(numbers));
        tcp->sack[i].right = tcp->sack[i].left + 1460 * below(noise, 4);
    }
}

static void fill_options(Noise *noise, WireTcp *tcp, const TcpVars *vars)
{
    tcp->options = TCP_OPT_TIMESTAMPS;
    tcp->ts_val = (uint32_t)(tcp_bed_now(&noise->bed) / SIM_NS_PER_MS) + 1000 + below(noise, 3);
    tcp->ts_ecr = noise->bed.ts_base + below(noise, 100);
    if (chance(noise, 10)) {
        tcp->options = 0;
    }
    if (tcp->flags & TCP_SYN) {
        tcp->options |= (uint8_t)below(noise, 16);
        tcp->mss = (uint16_t)(chance(noise, 20) ? below(noise, 65536) : 1460);
        tcp->window_scale = (uint8_t)below(noise, 16);
    } else if (chance(noise, 30)) {
        tcp->options |= TCP_OPT_SACK;
        fill_sacks(noise, tcp, vars);
    }
}

static uint16_t pick_flags(Noise *noise)
{
    static const uint16_t usual[] = { TCP_ACK,           TCP_ACK,
                                      TCP_ACK | TCP_PSH, TCP_ACK | TCP_FIN,
                                      TCP_ACK | TCP_URG, TCP_SYN,
                                      TCP_SYN | TCP_ACK, TCP_RST };
    return chance(noise, 5) ? (uint16_t)below(noise, 64) : usual[below(noise, 8)];
}

static void inject_segment(Noise *noise)
{
    TcpBed *bed = &noise->bed;
    TcpVars vars = { .snd_una = bed->iss, .snd_nxt = bed->iss + 1, .rcv_nxt = TCP_BED_PEER_ISN };
    if (bed->conn != NULL) {
        tcp_conn_vars(bed->conn, &vars);
    }
    const TcpSeq seqs[] = { vars.rcv_nxt, vars.rcv_nxt, vars.rcv_nxt, TCP_BED_PEER_ISN,
                            vars.rcv_nxt + vars.rcv_wnd };
    const TcpSeq acks[] = { vars.snd_nxt, vars.snd_nxt, vars.snd_una, vars.iss };
    Packet *pkt = packet_new(&bed->pool, &bed->peer->entity, 0, PACKET_WHY_INJECTED);
    pkt->kind = PACKET_TCP;
    pkt->link = PACKET_LINK_RAW_IP;
    pkt->ip = (WireIp){
        .src = TCP_BED_PEER, .dst = TCP_BED_HOST, .protocol = IP_PROTOCOL_TCP, .ttl = 64
    };
    WireTcp *tcp = &pkt->tcp;
    tcp->src_port = bed->peer_tcp_port;
    tcp->dst_port = bed->host_tcp_port;
    tcp->seq = near(noise, seqs, G_N_ELEMENTS(seqs));
    tcp->ack = near(noise, acks, G_N_ELEMENTS(acks));
    tcp->flags = pick_flags(noise);
    tcp->window = (uint16_t)(chance(noise, 20) ? 0 : below(noise, 65536));
    tcp->urgent = (uint16_t)below(noise, 3000);
    fill_options(noise, tcp, &vars);
    uint32_t len_bytes = chance(noise, 50) ? below(noise, 1400) : 0;
    if (len_bytes > 0) {
        pkt->payload =
            (Payload){ .len_bytes = len_bytes, .stream = 7, .offset = tcp->seq - TCP_BED_PEER_ISN };
    }
    packet_set_length(pkt);
    net_port_arrive(bed->host_port, pkt, tcp_bed_now(bed));
    tcp_bed_run(bed, 10);
}

static void inject_error(Noise *noise)
{
    TcpBed *bed = &noise->bed;
    TcpVars vars = { .snd_una = bed->iss };
    if (bed->conn != NULL) {
        tcp_conn_vars(bed->conn, &vars);
    }
    uint8_t code = (uint8_t)below(noise, 6);
    uint32_t rest = code == ICMP_UNREACHABLE_NEEDS_FRAGMENTATION ? below(noise, 1500) : 0;
    tcp_bed_icmp(bed, ICMP_UNREACHABLE, code, rest, vars.snd_una - bed->iss);
}

/* What a program may call at this point. */
static void call(Noise *noise)
{
    TcpBed *bed = &noise->bed;
    int64_t now_ns = tcp_bed_now(bed);
    uint32_t room = tcp_send_room_bytes(bed->conn), wish = below(noise, 20000);
    switch (below(noise, 16)) {
    case 0:
        tcp_shutdown(bed->conn, now_ns);
        break;
    case 1:
        tcp_set_receive_buffer(bed->conn, below(noise, 100000), now_ns);
        break;
    case 2:
        tcp_set_nagle(bed->conn, chance(noise, 50), now_ns);
        break;
    case 3:
        tcp_set_keep_alive(bed->conn, chance(noise, 50), now_ns);
        break;
    case 4:
        tcp_set_user_timeout(bed->conn, below(noise, 100) * SIM_NS_PER_S, now_ns);
        break;
    case 5:
    case 6:
    case 7: {
        Payload payload = tcp_receive(bed->conn, below(noise, 5000), now_ns);
        payload_clear(&payload);
        break;
    }
    default:
        tcp_send_pattern(bed->conn, MIN(room, wish), chance(noise, 50), chance(noise, 10), now_ns);
        break;
    }
}

static void wait_some(Noise *noise)
{
    static const int64_t spans_ns[] = { SIM_NS_PER_MS, 50 * SIM_NS_PER_MS, SIM_NS_PER_S,
                                        3 * SIM_NS_PER_S };
    tcp_bed_run(&noise->bed, spans_ns[below(noise, G_N_ELEMENTS(spans_ns))]);
}

static void configure(Noise *noise, TcpConfig *config)
{
    tcp_config_init(config);
    config->sack = chance(noise, 70);
    config->timestamps = chance(noise, 50);
    config->window_scaling = chance(noise, 50);
    config->challenge_ack = chance(noise, 80);
    config->receive_buffer_bytes = 1 + below(noise, 200000);
    config->send_buffer_bytes = 1 + below(noise, 200000);
    config->fixed_isn = chance(noise, 50) ? -1 : (int64_t)UINT32_MAX - below(noise, 30000);
    config->msl_ns = SIM_NS_PER_S;
    config->keep_alive_idle_ns = 2 * SIM_NS_PER_S;
    config->keep_alive_interval_ns = SIM_NS_PER_S;
    static const char *const recoveries[] = { NULL, "tahoe", "reno", "newreno", "sack" };
    const char *recovery = recoveries[below(noise, G_N_ELEMENTS(recoveries))];
    config->recovery = recovery != NULL ? tcp_recovery_find(recovery) : NULL;
    config->cc = tcp_cc_find(chance(noise, 50) ? "cubic" : "reno");
}

static void run_one(uint64_t seed)
{
    Noise noise;
    TcpConfig config;
    rng_init(&noise.rng, seed, "noise");
    configure(&noise, &config);
    tcp_bed_open(&noise.bed, &config);
    if (chance(&noise, 30)) {
        tcp_bed_connect(&noise.bed);
    } else {
        tcp_bed_listen(&noise.bed);
    }
    for (unsigned step = 0; step < 200; step++) {
        uint32_t dice = below(&noise, 100);
        if (dice < 65) {
            inject_segment(&noise);
        } else if (dice < 90 && noise.bed.conn != NULL) {
            call(&noise);
        } else if (dice < 93) {
            inject_error(&noise);
        } else {
            wait_some(&noise);
        }
    }
    tcp_bed_forget(&noise.bed);
    tcp_bed_close(&noise.bed);
}

static void test_noise(void)
{
    const char *one = g_getenv("WIRELAB_NOISE_SEED");
    uint64_t first = one != NULL ? strtoull(one, NULL, 10) : 1;
    uint64_t last = one != NULL ? first : g_getenv("WIRELAB_LONG") != NULL ? 20000 : 400;
    for (uint64_t seed = first; seed <= last; seed++) {
        g_test_message("seed %" G_GUINT64_FORMAT, seed);
        run_one(seed);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tcp/noise", test_noise);
    return g_test_run();
}
