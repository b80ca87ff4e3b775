/* Was the loss none? A recovery or a time-out may turn out to be spurious: the segments were only
 * late. Three signs tell, each where its option is agreed: the echo of a timestamp older than the
 * first retransmission (Eifel, RFC 3522), a D-SACK for everything that was sent again (RFC 3708),
 * and what is acknowledged after a time-out though it was not sent again (F-RTO, RFC 5682). The
 * window then returns to where it was (RFC 4015, RFC 9438 4.9), and what was marked lost is not.
 *
 * For tcp_recovery.c alone, which owns the state (TcpTrouble). */

#ifndef TCP_TCP_UNDO_H
#define TCP_TCP_UNDO_H

#include "tcp/tcp_recovery.h"

/* A loss is about to shrink the window. timeout: of data not in recovery, or while F-RTO judges an
 * earlier one, which it does not do any longer. */
void tcp_undo_begin(TcpRecovery *recovery, bool timeout, TcpSeq snd_nxt);
/* A loss within a recovery: no sign can tell of both. */
void tcp_undo_forget(TcpRecovery *recovery);
void tcp_undo_on_retransmit(TcpRecovery *recovery, int64_t now_ns);
/* An ACK was applied to the scoreboard. True: what tcp_undo_begin() was called for was spurious,
 * and the caller takes it back. */
bool tcp_undo_on_ack(TcpRecovery *recovery, const TcpRecoveryAck *ack);
/* F-RTO waits for ACKs to tell of a time-out: should the timer expire again for what is the oldest
 * by then, it begins afresh (RFC 5682 2.1 step 1). */
bool tcp_undo_judges_timeout(const TcpRecovery *recovery);
/* RFC 5682 2.1 step 2b: after the first ACK new data is sent instead of what is deemed lost. With
 * has_new false there is none, and F-RTO gives up. */
bool tcp_undo_wants_new(TcpRecovery *recovery, bool has_new);

#endif
