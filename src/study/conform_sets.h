/* The words in which rules of the grid are written. */

#ifndef STUDY_CONFORM_SETS_H
#define STUDY_CONFORM_SETS_H

#include "study/conform.h"

/* ---- sets ---- */

#define ANY UINT32_MAX
#define O(origin) (1u << CONFORM_##origin)
#define RECEIVED (O(SYN_RECEIVED) | O(SYN_RECEIVED_ACTIVE))
#define RECEIVING (O(ESTABLISHED) | O(FIN_WAIT_1) | O(FIN_WAIT_2))
#define SYNCHRONISED (RECEIVING | O(CLOSE_WAIT) | O(CLOSING) | O(LAST_ACK) | O(TIME_WAIT))

#define K(kind) (1u << CONFORM_##kind)
#define WITH_RST (K(RST) | K(RST_ACK))
#define WITH_SYN (K(SYN) | K(SYN_ACK) | K(SYN_FIN))
#define WITH_ACK (K(SYN_ACK) | K(ACK) | K(FIN_ACK)) /* and no RST */
#define PLAIN (K(ACK) | K(FIN_ACK))

#define P(place) (1u << CONFORM_##place)
#define OUTSIDE (P(LEFT) | P(BEYOND))
#define FURTHER (P(INSIDE) | P(RIGHT_EDGE)) /* in the window, with a gap before */

#define A(ack) (1u << CONFORM_ACK_##ack)
#define KNOWN (A(OLD) | A(RIGHT))        /* passes RFC 5961's check */
#define UNKNOWN (A(TOO_OLD) | A(FUTURE)) /* does not */
#define NOT_OF_SYN (A(TOO_OLD) | A(OLD) | A(FUTURE))

#define BARE (1u << 0)
#define TEXT (1u << 1)

/* ---- outcomes ---- */

#define ARRIVES "RFC 9293 3.10.7.4, "
#define STAYS .after = CONFORM_SAME, .then = CONFORM_SAME
#define TO(state) .after = TCP_STATE_##state, .then = CONFORM_SAME
#define TO_THEN(state, later) .after = TCP_STATE_##state, .then = TCP_STATE_##later
#define STAYS_THEN(later) .after = CONFORM_SAME, .then = TCP_STATE_##later
#define SENDS(what) .reply = CONFORM_REPLY_##what
#define TELLS(what) .report = CONFORM_REPORT_##what

#endif
