/* The state diagram of TCP (RFC 9293 section 3.3.2, figure 5) as one pure table. */

#ifndef TCP_TCP_FSM_H
#define TCP_TCP_FSM_H

typedef enum TcpState {
    TCP_STATE_CLOSED,
    TCP_STATE_LISTEN,
    TCP_STATE_SYN_SENT,
    TCP_STATE_SYN_RCVD,
    TCP_STATE_ESTABLISHED,
    TCP_STATE_FIN_WAIT_1,
    TCP_STATE_FIN_WAIT_2,
    TCP_STATE_CLOSE_WAIT,
    TCP_STATE_CLOSING,
    TCP_STATE_LAST_ACK,
    TCP_STATE_TIME_WAIT,
    TCP_N_STATES
} TcpState;

/* What moves a connection: user calls, segments, timers. */
typedef enum TcpEvent {
    TCP_EVENT_OPEN_ACTIVE,   /* connect */
    TCP_EVENT_OPEN_PASSIVE,  /* listen */
    TCP_EVENT_CLOSE,         /* close or shutdown of the sending side */
    TCP_EVENT_ABORT,
    TCP_EVENT_RCV_SYN,       /* SYN without an acceptable ACK */
    TCP_EVENT_RCV_SYN_ACK,   /* SYN with an ACK of our SYN */
    TCP_EVENT_RCV_ACK_OF_SYN,
    TCP_EVENT_RCV_FIN,
    TCP_EVENT_RCV_ACK_OF_FIN,
    TCP_EVENT_RCV_FIN_ACK,   /* FIN and the ACK of our FIN in one segment (figure 5, note 3) */
    TCP_EVENT_RCV_RST,
    TCP_EVENT_RCV_ICMP,      /* a hard ICMP error */
    TCP_EVENT_TIMEOUT_2MSL,
    TCP_EVENT_TIMEOUT_USER,  /* R2, user timeout or keep-alive gave up */
    TCP_EVENT_CRASH,         /* the host lost its memory */
    TCP_N_EVENTS
} TcpEvent;

/* "ESTABLISHED"; as RFC 9293 spells them with '-': SYN-RECEIVED is "SYN-RCVD". */
const char *tcp_state_to_string(TcpState state);
const char *tcp_event_to_string(TcpEvent event); /* stable word for traces: "rcv-fin" */

/* The next state; TCP_N_STATES if the event means nothing in the state. Pure.
 *
 * No transition looks back to LISTEN: a listener stays one and spawns connections, each of which
 * begins in LISTEN when its SYN arrives and ends CLOSED where the RFC says "return to LISTEN". A
 * SYN that arrives later ends a connection only where RFC 5961 is switched off, in SYN-RCVD
 * (3.10.7.4, fourth) and in TIME-WAIT (RFC 6191). */
TcpState tcp_fsm_next(TcpState state, TcpEvent event);

#endif
