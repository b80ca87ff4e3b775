/* TCP_INFO, TCP_CC_INFO and SO_MEMINFO: what the kernel would say of the connection, in its units.
 */

#include "shim/shim_private.h"

#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>

/* Newer kernels tell more than the headers may know; what is not told is zero. */
#define INFO_BYTES 512

/* Numbers of the kernel's states, which the tool prints. */
static uint8_t kernel_state(TcpState state)
{
    static const uint8_t states[] = {
        [TCP_STATE_CLOSED] = 7,     [TCP_STATE_LISTEN] = 10,     [TCP_STATE_SYN_SENT] = 2,
        [TCP_STATE_SYN_RCVD] = 3,   [TCP_STATE_ESTABLISHED] = 1, [TCP_STATE_FIN_WAIT_1] = 4,
        [TCP_STATE_FIN_WAIT_2] = 5, [TCP_STATE_CLOSE_WAIT] = 8,  [TCP_STATE_CLOSING] = 11,
        [TCP_STATE_LAST_ACK] = 9,   [TCP_STATE_TIME_WAIT] = 6,
    };
    return states[state];
}

static uint8_t kernel_phase(TcpLossPhase phase)
{
    static const uint8_t phases[] = {
        [TCP_PHASE_OPEN] = TCP_CA_Open,
        [TCP_PHASE_DISORDER] = TCP_CA_Disorder,
        [TCP_PHASE_RECOVERY] = TCP_CA_Recovery,
        [TCP_PHASE_LOSS] = TCP_CA_Loss,
    };
    return phases[phase];
}

static uint32_t to_us(int64_t ns)
{
    /* Rounded: instants inside the world are a wire's nanoseconds off. */
    return ns < 0 ? 0 : (uint32_t)((ns + SIM_NS_PER_US / 2) / SIM_NS_PER_US);
}

static uint32_t to_segments(uint32_t bytes, uint32_t mss_bytes)
{
    return mss_bytes == 0 ? 0 : bytes / mss_bytes;
}

static void fill_info(const TcpConnFacts *facts, struct tcp_info *info)
{
    uint32_t mss = facts->snd_mss_bytes;
    info->tcpi_ca_state = kernel_phase(facts->phase);
    info->tcpi_retransmits = (uint8_t)MIN(facts->timeouts, UINT8_MAX);
    info->tcpi_probes = (uint8_t)MIN(facts->probes, UINT8_MAX);
    info->tcpi_backoff = (uint8_t)MIN(facts->backoff, UINT8_MAX);
    info->tcpi_options =
        (uint8_t)((facts->timestamps ? TCPI_OPT_TIMESTAMPS : 0) |
                  (facts->sack ? TCPI_OPT_SACK : 0) | (facts->scaling ? TCPI_OPT_WSCALE : 0) |
                  (facts->syn_data ? TCPI_OPT_SYN_DATA : 0));
    info->tcpi_snd_wscale = facts->snd_shift & 15;
    info->tcpi_rcv_wscale = facts->rcv_shift & 15;
    info->tcpi_rto = to_us(facts->rto_ns);
    info->tcpi_snd_mss = mss;
    info->tcpi_rcv_mss = facts->rcv_mss_bytes;
    info->tcpi_advmss = facts->adv_mss_bytes;
    info->tcpi_pmtu = facts->mtu_bytes;
    info->tcpi_unacked = facts->unacked_segments;
    info->tcpi_sacked = facts->sacked_segments;
    info->tcpi_lost = facts->lost_segments;
    info->tcpi_retrans = facts->resent_segments;
    info->tcpi_total_retrans = facts->segments_resent;
    info->tcpi_rtt = to_us(facts->srtt_ns);
    info->tcpi_rttvar = to_us(facts->rttvar_ns);
    info->tcpi_min_rtt = to_us(facts->min_rtt_ns);
    info->tcpi_snd_cwnd = to_segments(facts->cwnd_bytes, mss);
    info->tcpi_snd_ssthresh = facts->ssthresh_bytes == TCP_SSTHRESH_INFINITE
                                  ? INT32_MAX
                                  : to_segments(facts->ssthresh_bytes, mss);
    info->tcpi_reordering = TCP_DUPTHRESH;
    info->tcpi_notsent_bytes = facts->unsent_bytes;
}

static void get_info(const ShimSocket *socket, uint8_t *out_bytes)
{
    struct tcp_info info = { 0 };
    TcpConnFacts facts = socket->last;
    if (socket->conn != NULL) {
        tcp_conn_facts(socket->conn, &facts);
    }
    fill_info(&facts, &info);
    info.tcpi_state = kernel_state(socket->listener != NULL ? TCP_STATE_LISTEN
                                   : socket->conn != NULL   ? tcp_conn_state(socket->conn)
                                                            : TCP_STATE_CLOSED);
    memcpy(out_bytes, &info, sizeof info);
}

/* The send queue as the kernel counts it, but for the room that its own books take. */
static void get_meminfo(const ShimSocket *socket, uint8_t *out_bytes)
{
    uint32_t info[SK_MEMINFO_VARS] = { 0 };
    if (socket->conn != NULL) {
        TcpConnFacts facts;
        tcp_conn_facts(socket->conn, &facts);
        info[SK_MEMINFO_SNDBUF] = facts.send_buffer_bytes;
        info[SK_MEMINFO_WMEM_QUEUED] = facts.unacked_bytes + facts.unsent_bytes;
        info[SK_MEMINFO_RMEM_ALLOC] = tcp_readable_bytes(socket->conn);
    }
    memcpy(out_bytes, info, sizeof info);
}

bool shim_info_get(const ShimSocket *socket, int level, int name, void *value, socklen_t *len)
{
    uint8_t bytes[INFO_BYTES] = { 0 };
    socklen_t told = INFO_BYTES;
    if (level == IPPROTO_TCP && name == TCP_INFO) {
        get_info(socket, bytes);
    } else if (level == IPPROTO_TCP && name == TCP_CC_INFO) {
        told = 0; /* no algorithm here tells more */
    } else if (level == SOL_SOCKET && name == SO_MEMINFO) {
        get_meminfo(socket, bytes);
        told = SK_MEMINFO_VARS * sizeof(uint32_t);
    } else {
        return false;
    }
    *len = MIN(*len, told);
    memcpy(value, bytes, *len);
    return true;
}
