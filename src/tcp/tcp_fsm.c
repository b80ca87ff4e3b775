/* The state diagram as a table: RFC 9293 figure 5 with its notes, and the calls, time-outs and
 * resets of section 3.10 that the figure leaves out. */

#include "tcp/tcp_fsm.h"

#include <glib.h>
#include <stdint.h>

static const char *const state_names[TCP_N_STATES] = {
    [TCP_STATE_CLOSED] = "CLOSED",           [TCP_STATE_LISTEN] = "LISTEN",
    [TCP_STATE_SYN_SENT] = "SYN-SENT",       [TCP_STATE_SYN_RCVD] = "SYN-RCVD",
    [TCP_STATE_ESTABLISHED] = "ESTABLISHED", [TCP_STATE_FIN_WAIT_1] = "FIN-WAIT-1",
    [TCP_STATE_FIN_WAIT_2] = "FIN-WAIT-2",   [TCP_STATE_CLOSE_WAIT] = "CLOSE-WAIT",
    [TCP_STATE_CLOSING] = "CLOSING",         [TCP_STATE_LAST_ACK] = "LAST-ACK",
    [TCP_STATE_TIME_WAIT] = "TIME-WAIT",
};

static const char *const event_names[TCP_N_EVENTS] = {
    [TCP_EVENT_OPEN_ACTIVE] = "open-active",
    [TCP_EVENT_OPEN_PASSIVE] = "open-passive",
    [TCP_EVENT_CLOSE] = "close",
    [TCP_EVENT_ABORT] = "abort",
    [TCP_EVENT_RCV_SYN] = "rcv-syn",
    [TCP_EVENT_RCV_SYN_ACK] = "rcv-syn-ack",
    [TCP_EVENT_RCV_ACK_OF_SYN] = "rcv-ack-of-syn",
    [TCP_EVENT_RCV_FIN] = "rcv-fin",
    [TCP_EVENT_RCV_ACK_OF_FIN] = "rcv-ack-of-fin",
    [TCP_EVENT_RCV_FIN_ACK] = "rcv-fin-ack",
    [TCP_EVENT_RCV_RST] = "rcv-rst",
    [TCP_EVENT_RCV_ICMP] = "rcv-icmp",
    [TCP_EVENT_TIMEOUT_2MSL] = "timeout-2msl",
    [TCP_EVENT_TIMEOUT_USER] = "timeout-user",
    [TCP_EVENT_CRASH] = "crash",
};

/* One more than the next state, so that 0 is "nothing". */
#define TO(state) (TCP_STATE_##state + 1)

/* What ends a connection in every state from SYN-RCVD on but TIME-WAIT. */
#define ENDS                                                                                       \
    [TCP_EVENT_ABORT] = TO(CLOSED), [TCP_EVENT_RCV_SYN] = TO(CLOSED),                              \
    [TCP_EVENT_RCV_RST] = TO(CLOSED), [TCP_EVENT_TIMEOUT_USER] = TO(CLOSED),                       \
    [TCP_EVENT_CRASH] = TO(CLOSED)

static const uint8_t next_states[TCP_N_STATES][TCP_N_EVENTS] = {
    [TCP_STATE_CLOSED] = { [TCP_EVENT_OPEN_ACTIVE] = TO(SYN_SENT),
                           [TCP_EVENT_OPEN_PASSIVE] = TO(LISTEN) },
    /* Departs: figure 5 leads from LISTEN to SYN-SENT by SEND; a listener here never sends. */
    [TCP_STATE_LISTEN] = { [TCP_EVENT_RCV_SYN] = TO(SYN_RCVD),
                           [TCP_EVENT_CLOSE] = TO(CLOSED),
                           [TCP_EVENT_ABORT] = TO(CLOSED),
                           [TCP_EVENT_CRASH] = TO(CLOSED) },
    [TCP_STATE_SYN_SENT] = { [TCP_EVENT_RCV_SYN] = TO(SYN_RCVD),
                             [TCP_EVENT_RCV_SYN_ACK] = TO(ESTABLISHED),
                             [TCP_EVENT_CLOSE] = TO(CLOSED),
                             [TCP_EVENT_ABORT] = TO(CLOSED),
                             [TCP_EVENT_RCV_RST] = TO(CLOSED),
                             [TCP_EVENT_RCV_ICMP] = TO(CLOSED),
                             [TCP_EVENT_TIMEOUT_USER] = TO(CLOSED),
                             [TCP_EVENT_CRASH] = TO(CLOSED) },
    [TCP_STATE_SYN_RCVD] = { ENDS, [TCP_EVENT_RCV_ACK_OF_SYN] = TO(ESTABLISHED),
                             [TCP_EVENT_RCV_SYN_ACK] = TO(ESTABLISHED),
                             [TCP_EVENT_RCV_ICMP] = TO(CLOSED),
                             [TCP_EVENT_CLOSE] = TO(FIN_WAIT_1) },
    [TCP_STATE_ESTABLISHED] = { ENDS, [TCP_EVENT_CLOSE] = TO(FIN_WAIT_1),
                                [TCP_EVENT_RCV_FIN] = TO(CLOSE_WAIT) },
    [TCP_STATE_FIN_WAIT_1] = { ENDS, [TCP_EVENT_RCV_FIN] = TO(CLOSING),
                               [TCP_EVENT_RCV_ACK_OF_FIN] = TO(FIN_WAIT_2),
                               [TCP_EVENT_RCV_FIN_ACK] = TO(TIME_WAIT) },
    [TCP_STATE_FIN_WAIT_2] = { ENDS, [TCP_EVENT_RCV_FIN] = TO(TIME_WAIT) },
    [TCP_STATE_CLOSE_WAIT] = { ENDS, [TCP_EVENT_CLOSE] = TO(LAST_ACK) },
    [TCP_STATE_CLOSING] = { ENDS, [TCP_EVENT_RCV_ACK_OF_FIN] = TO(TIME_WAIT) },
    [TCP_STATE_LAST_ACK] = { ENDS, [TCP_EVENT_RCV_ACK_OF_FIN] = TO(CLOSED) },
    /* RFC 1337: a RST does not end TIME-WAIT. */
    [TCP_STATE_TIME_WAIT] = { [TCP_EVENT_TIMEOUT_2MSL] = TO(CLOSED),
                              [TCP_EVENT_RCV_SYN] = TO(CLOSED),
                              [TCP_EVENT_ABORT] = TO(CLOSED),
                              [TCP_EVENT_CRASH] = TO(CLOSED) },
};

const char *tcp_state_to_string(TcpState state)
{
    g_assert(state < TCP_N_STATES);
    return state_names[state];
}

const char *tcp_event_to_string(TcpEvent event)
{
    g_assert(event < TCP_N_EVENTS);
    return event_names[event];
}

TcpState tcp_fsm_next(TcpState state, TcpEvent event)
{
    g_assert(state < TCP_N_STATES && event < TCP_N_EVENTS);
    uint8_t next = next_states[state][event];
    return next != 0 ? (TcpState)(next - 1) : TCP_N_STATES;
}
