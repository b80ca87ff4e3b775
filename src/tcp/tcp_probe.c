/* The names of what TCP announces. */

#include "tcp/tcp_probe.h"

#include "sim/lang.h"

static const char *const timer_names[TCP_N_TIMERS] = {
    [TCP_TIMER_RETRANSMIT] = N_("retransmit"),   [TCP_TIMER_REORDERING] = N_("reordering"),
    [TCP_TIMER_LOSS_PROBE] = N_("loss-probe"),   [TCP_TIMER_PERSIST] = N_("persist"),
    [TCP_TIMER_DELAYED_ACK] = N_("delayed-ack"), [TCP_TIMER_KEEP_ALIVE] = N_("keep-alive"),
    [TCP_TIMER_TIME_WAIT] = N_("time-wait"),     [TCP_TIMER_USER] = N_("user"),
};

static const char *const reason_names[TCP_N_REASONS] = {
    [TCP_REASON_NONE] = N_("no reason"),
    [TCP_REASON_CLOSED] = N_("closed by both sides"),
    [TCP_REASON_RESET] = N_("reset by the peer"),
    [TCP_REASON_REFUSED] = N_("refused by the peer"),
    [TCP_REASON_ABORTED] = N_("aborted by the program"),
    [TCP_REASON_TIMEOUT] = N_("timed out"),
    [TCP_REASON_KEEP_ALIVE] = N_("keep-alive probes unanswered"),
    [TCP_REASON_UNREACHABLE] = N_("destination unreachable"),
    [TCP_REASON_NO_ROUTE] = N_("no route"),
    [TCP_REASON_CRASHED] = N_("host crashed"),
    [TCP_REASON_DATA_LOST] = N_("closed with data unread"),
};

const char *tcp_timer_to_string(TcpTimer timer)
{
    g_assert(timer < TCP_N_TIMERS);
    return timer_names[timer];
}

const char *tcp_reason_to_string(TcpReason reason)
{
    g_assert(reason < TCP_N_REASONS);
    return reason_names[reason];
}
