/* Proportional Rate Reduction (RFC 9937): in fast recovery, each ACK lets go in proportion to what
 * it says was delivered, so that the flight shrinks to ssthresh evenly over a round trip and what
 * was lost beyond that is made up for no faster than data leaves the network.
 *
 * For recoveries whose `in flight` is the scoreboard's pipe. The recovery holds the state in its
 * own block: tcp_prr_begin() when fast recovery begins, tcp_prr_on_ack() at every ACK from that one
 * on until the one that ends it, tcp_prr_on_retransmit() for what is sent again. */

#ifndef TCP_TCP_PRR_H
#define TCP_TCP_PRR_H

#include "tcp/tcp_recovery.h"

typedef struct TcpPrr {
    uint32_t recover_fs_bytes; /* RecoverFS: what was in flight when recovery began */
    uint32_t delivered_bytes;  /* prr_delivered */
    uint32_t out_bytes;        /* prr_out */
    TcpSeq snd_nxt;            /* new data below it is in out_bytes */
} TcpPrr;

void tcp_prr_begin(TcpPrr *prr, const TcpRecovery *recovery, const TcpRecoveryAck *ack);
/* The ACK is in the scoreboard, losses are marked. lost_more: it told of some. Sets the allowance
 * so that cwnd and it are `in flight` and SndCnt. */
void tcp_prr_on_ack(TcpPrr *prr, TcpRecovery *recovery, const TcpRecoveryAck *ack, bool lost_more);
void tcp_prr_on_retransmit(TcpPrr *prr, uint32_t len_bytes);

#endif
