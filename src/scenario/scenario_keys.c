/* The table. Defaults of `tcp:`, `ip:` and `arp:` are those of the stack itself and are read from
 * it. */

#include "scenario/scenario_keys.h"

#include "app/app.h"
#include "app/app_steps.h"
#include "net/net_loss.h"
#include "net/net_probe.h"
#include "net/qdisc.h"
#include "scenario/scenario_judge.h"
#include "sim/lang.h"
#include "tcp/tcp_variant.h"

#define FIELD(type, field) .offset = offsetof(type, field)
#define MAX_NS SIM_PARAM_MAX_NS
#define MAX_BPS SIM_PARAM_MAX_BPS
#define MAX_BYTES SIM_PARAM_MAX_BYTES
#define MAX_COUNT 1000000
#define MAX_PPB 1000000000
#define MAX_U32 UINT32_MAX

/* Registries of pluggable parts. */

static const char *qdisc_name(size_t i)
{
    const QdiscOps *ops = qdisc_registry()[i];
    return ops == NULL ? NULL : ops->name;
}

static const SimParamSpec *qdisc_params(size_t i)
{
    return qdisc_registry()[i]->params;
}

static const char *loss_name(size_t i)
{
    const LossOps *ops = loss_registry()[i];
    return ops == NULL ? NULL : ops->name;
}

static const SimParamSpec *loss_params(size_t i)
{
    return loss_registry()[i]->params;
}

static const char *congestion_name(size_t i)
{
    uint32_t count = 0;
    const TcpVariant *variants = tcp_variant_list(&count);
    return i < count ? variants[i].name : NULL;
}

static const SimParamSpec *congestion_params(size_t i)
{
    uint32_t count = 0;
    return tcp_variant_list(&count)[i].cc->params;
}

static const char *recovery_name(size_t i)
{
    const TcpRecoveryOps *ops = i == 0 ? NULL : tcp_recovery_registry()[i - 1];
    return i == 0 ? "auto" : ops == NULL ? NULL : ops->name;
}

static const char *app_name(size_t i)
{
    const AppOps *ops = app_registry()[i];
    return ops == NULL ? NULL : ops->name;
}

static const SimParamSpec *app_params(size_t i)
{
    return app_registry()[i]->params;
}

static const char *state_name(size_t i)
{
    return i < TCP_N_STATES ? tcp_state_to_string((TcpState)i) : NULL;
}

static const char *socket_error_name(size_t i)
{
    return i < SOCKET_N_ERRORS ? socket_error_to_string((SocketError)i) : NULL;
}

static const char *const drop_words[NET_N_DROPS] = {
    [NET_DROP_QUEUE_FULL] = "queue-full", [NET_DROP_QUEUE_EARLY] = "queue-early",
    [NET_DROP_FAULT] = "fault",           [NET_DROP_LOSS] = "loss",
    [NET_DROP_LINK_DOWN] = "link-down",   [NET_DROP_TOO_BIG] = "too-big",
    [NET_DROP_NODE_DOWN] = "host-down",   [NET_DROP_NOT_FOR_US] = "not-for-us",
    [NET_DROP_BAD_FRAME] = "bad-frame",   [NET_DROP_NO_PORT] = "no-port",
};

static const char *const discard_words[INET_N_DISCARDS] = {
    [INET_DISCARD_PARSE] = "malformed",
    [INET_DISCARD_NOT_LOCAL] = "not-local",
    [INET_DISCARD_BAD_SOURCE] = "bad-source",
    [INET_DISCARD_TTL] = "ttl",
    [INET_DISCARD_NO_ROUTE] = "no-route",
    [INET_DISCARD_NEIGHBOUR] = "no-neighbour",
    [INET_DISCARD_NEIGHBOUR_QUEUE] = "neighbour-queue",
    [INET_DISCARD_CANNOT_FRAGMENT] = "cannot-fragment",
    [INET_DISCARD_REASSEMBLY_TIMEOUT] = "reassembly-timeout",
    [INET_DISCARD_FRAGMENT_OVERLAP] = "fragment-overlap",
    [INET_DISCARD_FRAGMENT_DUPLICATE] = "fragment-duplicate",
    [INET_DISCARD_REASSEMBLY_FULL] = "reassembly-full",
    [INET_DISCARD_OPTION] = "ip-option",
    [INET_DISCARD_SOURCE_ROUTE] = "source-route",
    [INET_DISCARD_NO_PROTOCOL] = "no-protocol",
    [INET_DISCARD_ICMP] = "icmp",
    [INET_DISCARD_NO_PORT] = "nobody-listens",
    [INET_DISCARD_RECEIVE_BUFFER] = "receive-buffer",
    [INET_DISCARD_NO_CONNECTION] = "no-connection",
    [INET_DISCARD_BACKLOG] = "backlog",
    [INET_DISCARD_TCP_WINDOW] = "tcp-window",
    [INET_DISCARD_TCP_PAWS] = "tcp-old-timestamp",
    [INET_DISCARD_TCP_OLD_ACK] = "tcp-old-ack",
    [INET_DISCARD_TCP_FUTURE_ACK] = "tcp-future-ack",
    [INET_DISCARD_TCP_NO_ACK] = "tcp-no-ack",
    [INET_DISCARD_TCP_SYN] = "tcp-syn",
    [INET_DISCARD_TCP_RST] = "tcp-rst",
    [INET_DISCARD_TCP_DUPLICATE] = "tcp-duplicate",
    [INET_DISCARD_TCP_CLOSED] = "tcp-closed",
    [INET_DISCARD_TCP_STATE] = "tcp-state",
    [INET_DISCARD_TCP_REASSEMBLY] = "tcp-reassembly",
};

/* Causes of death: "any", then those of the wires, then those of the hosts. */
static const char *cause_name(size_t i)
{
    if (i == 0) {
        return "any";
    }
    i--;
    if (i >= NET_N_DROPS + INET_N_DISCARDS) {
        return NULL;
    }
    const char *word = i < NET_N_DROPS ? drop_words[i] : discard_words[i - NET_N_DROPS];
    /* A cause that was added to a room has to get its word here. */
    g_assert(word != NULL);
    return word;
}

static const ScenarioParts qdisc_parts = { qdisc_name, qdisc_params };
static const ScenarioParts loss_parts = { loss_name, loss_params };
static const ScenarioParts congestion_parts = { congestion_name, congestion_params };
static const ScenarioParts recovery_names = { recovery_name, NULL };
static const ScenarioParts app_parts = { app_name, app_params };
static const ScenarioParts state_names = { state_name, NULL };
static const ScenarioParts socket_error_names = { socket_error_name, NULL };
static const ScenarioParts cause_names = { cause_name, NULL };

static const ScenarioWord word_auto_0[] = { { "auto", 0 }, { NULL } };
static const ScenarioWord word_none_0[] = { { "none", 0 }, { NULL } };
static const ScenarioWord word_forever_0[] = { { "forever", 0 }, { NULL } };
static const ScenarioWord word_unlimited_0[] = { { "unlimited", 0 }, { NULL } };
static const ScenarioWord word_random[] = { { "random", -1 }, { NULL } };
static const ScenarioWord word_until_eof[] = { { "until-eof", INT64_MAX }, { NULL } };
static const ScenarioWord word_all_0[] = { { "all", 0 }, { NULL } };
static const ScenarioWord word_drawn[] = { { "random", UINT32_MAX }, { NULL } };

/* A value instead of which a program may wait for an event. */
static const ScenarioWord words_wait[] = {
    { "established", -1 - SOCKET_EVENT_CONNECTED },
    { "readable", -1 - SOCKET_EVENT_READABLE },
    { "sent", -1 - SOCKET_EVENT_SENT },
    { "urgent", -1 - SOCKET_EVENT_URGENT },
    { "eof", -1 - SOCKET_EVENT_EOF },
    { "closed", -1 - SOCKET_EVENT_CLOSED },
    { NULL },
};

/* tcp: */

#define TCP_KEYS(KEY)                                                                              \
    KEY(mss_bytes, uint32_t, "mss", SIM_UNIT_BYTES, 16, 65495, word_auto_0,                        \
        N_("The maximum segment size to announce; auto: what the MTU of the link leaves."))        \
    KEY(receive_buffer_bytes, uint32_t, "receive-buffer", SIM_UNIT_BYTES, 1, 1 << 30, NULL,        \
        N_("The receive buffer: the largest window that can be offered."))                         \
    KEY(send_buffer_bytes, uint32_t, "send-buffer", SIM_UNIT_BYTES, 1, 1 << 30, NULL,              \
        N_("The send buffer: what a program may write before the peer acknowledges it."))          \
    KEY(sack, bool, "sack", SIM_UNIT_BOOL, 0, 1, NULL,                                             \
        N_("Selective acknowledgments (RFC 2018)."))                                               \
    KEY(timestamps, bool, "timestamps", SIM_UNIT_BOOL, 0, 1, NULL,                                 \
        N_("The timestamps option (RFC 7323)."))                                                   \
    KEY(window_scaling, bool, "window-scaling", SIM_UNIT_BOOL, 0, 1, NULL,                         \
        N_("The window scale option (RFC 7323)."))                                                 \
    KEY(nagle, bool, "nagle", SIM_UNIT_BOOL, 0, 1, NULL,                                           \
        N_("Nagle's algorithm: small segments wait until all is acknowledged (RFC 9293 3.7.4)."))  \
    KEY(delayed_ack, bool, "delayed-ack", SIM_UNIT_BOOL, 0, 1, NULL,                               \
        N_("Delayed acknowledgments (RFC 9293 3.8.6.3)."))                                         \
    KEY(delayed_fin_ack, bool, "delayed-fin-ack", SIM_UNIT_BOOL, 0, 1, NULL,                       \
        N_("Whether the ACK of a FIN waits too, so that a program that closes at once gets it "    \
           "onto its own FIN."))                                                                   \
    KEY(delayed_ack_ns, int64_t, "delayed-ack-time", SIM_UNIT_DURATION, 0, 499999999, NULL,        \
        N_("How long an acknowledgment may wait; less than 500 ms (MUST-40)."))                    \
    KEY(initial_rto_ns, int64_t, "initial-rto", SIM_UNIT_DURATION, 1000, MAX_NS, NULL,             \
        N_("The retransmission timeout before the first measurement (RFC 6298)."))                 \
    KEY(min_rto_ns, int64_t, "min-rto", SIM_UNIT_DURATION, 1000, MAX_NS, NULL,                     \
        N_("The shortest retransmission timeout."))                                                \
    KEY(max_rto_ns, int64_t, "max-rto", SIM_UNIT_DURATION, 1000, MAX_NS, NULL,                     \
        N_("The longest retransmission timeout."))                                                 \
    KEY(initial_window_segments, uint32_t, "initial-window", SIM_UNIT_NUMBER, 0, 1000,             \
        word_auto_0, N_("The initial congestion window in segments; auto: by RFC 6928."))          \
    KEY(time_wait_reuse, bool, "time-wait-reuse", SIM_UNIT_BOOL, 0, 1, NULL,                       \
        N_("Whether a newer SYN may open a connection that is in TIME-WAIT (RFC 6191)."))          \
    KEY(r1_retries, uint32_t, "r1-retries", SIM_UNIT_NUMBER, 0, 1000, NULL,                        \
        N_("Retransmissions after which the program is told (R1, RFC 9293 3.8.3)."))               \
    KEY(r2_retries, uint32_t, "r2-retries", SIM_UNIT_NUMBER, 0, 1000, word_forever_0,              \
        N_("Retransmissions after which the connection is given up (R2)."))                        \
    KEY(r2_ns, int64_t, "r2-time", SIM_UNIT_DURATION, 0, MAX_NS, word_none_0,                      \
        N_("Time after which unacknowledged data makes the connection be given up."))              \
    KEY(syn_r2_ns, int64_t, "syn-r2-time", SIM_UNIT_DURATION, 0, MAX_NS, word_none_0,              \
        N_("The same for a SYN; at least 3 minutes by the standard (MUST-23)."))                   \
    KEY(user_timeout_ns, int64_t, "user-timeout", SIM_UNIT_DURATION, 0, MAX_NS, word_none_0,       \
        N_("The user timeout: data that stays unacknowledged for so long ends the connection."))   \
    KEY(keep_alive, bool, "keep-alive", SIM_UNIT_BOOL, 0, 1, NULL,                                 \
        N_("Keep-alive probes on idle connections (RFC 9293 3.8.4)."))                             \
    KEY(keep_alive_idle_ns, int64_t, "keep-alive-idle", SIM_UNIT_DURATION, 1000, MAX_NS, NULL,     \
        N_("Silence before the first keep-alive probe."))                                          \
    KEY(keep_alive_interval_ns, int64_t, "keep-alive-interval", SIM_UNIT_DURATION, 1000, MAX_NS,   \
        NULL, N_("Time between keep-alive probes."))                                               \
    KEY(keep_alive_probes, uint32_t, "keep-alive-probes", SIM_UNIT_NUMBER, 1, 1000, NULL,          \
        N_("Keep-alive probes without an answer after which the connection is given up."))         \
    KEY(backlog, uint32_t, "backlog", SIM_UNIT_NUMBER, 1, MAX_COUNT, NULL,                         \
        N_("Connections that may wait to be accepted, those in SYN-RCVD counted."))                \
    KEY(push_each_write, bool, "push-each-write", SIM_UNIT_BOOL, 0, 1, NULL,                       \
        N_("Whether PSH marks the end of each write, or only of all that is queued."))             \
    KEY(slow_start_after_idle, bool, "slow-start-after-idle", SIM_UNIT_BOOL, 0, 1, NULL,           \
        N_("Whether the window shrinks to the restart window after idleness (RFC 5681 4.1)."))     \
    KEY(limited_transmit, bool, "limited-transmit", SIM_UNIT_BOOL, 0, 1, NULL,                     \
        N_("New data on the first two duplicate acknowledgments (RFC 3042)."))                     \
    KEY(prr, bool, "prr", SIM_UNIT_BOOL, 0, 1, NULL,                                               \
        N_("Proportional rate reduction: recovery with SACK spreads its sending (RFC 9937)."))     \
    KEY(undo, bool, "undo", SIM_UNIT_BOOL, 0, 1, NULL,                                             \
        N_("The window returns when timestamps (RFC 3522) or D-SACK (RFC 3708) show that "         \
           "nothing was lost."))                                                                   \
    KEY(f_rto, bool, "f-rto", SIM_UNIT_BOOL, 0, 1, NULL,                                           \
        N_("After a time-out, new data finds out whether anything was lost (RFC 5682)."))          \
    KEY(challenge_ack, bool, "challenge-ack", SIM_UNIT_BOOL, 0, 1, NULL,                           \
        N_("Challenge ACKs instead of obedience to blind segments (RFC 5961)."))                   \
    KEY(challenge_ack_hz, uint32_t, "challenge-acks-per-second", SIM_UNIT_NUMBER, 1, MAX_COUNT,    \
        NULL, N_("Challenge ACKs a second, for each connection (RFC 5961 section 7)."))            \
    KEY(fixed_isn, int64_t, "isn", SIM_UNIT_NUMBER, 0, MAX_U32, word_random,                       \
        N_("The initial sequence number of the host's first connection, from which those of "      \
           "later ones go on by the clock, one every 4 us; random: by RFC 6528."))

#define TCP_ACCESS(field, type, ...)                                                               \
    static int64_t get_tcp_##field(const TcpConfig *config)                                        \
    {                                                                                              \
        return (int64_t)config->field;                                                             \
    }                                                                                              \
    static void set_tcp_##field(TcpConfig *config, int64_t value)                                  \
    {                                                                                              \
        config->field = (type)value;                                                               \
    }
TCP_KEYS(TCP_ACCESS)

/* TIME-WAIT is 2 MSL. */
static int64_t get_tcp_time_wait(const TcpConfig *config)
{
    return config->msl_ns * 2;
}

static void set_tcp_time_wait(TcpConfig *config, int64_t value)
{
    config->msl_ns = value / 2;
}

/* Each plain key of a stack's map takes the next place in `values`; the row's own index is not at
 * hand in an initialiser, so an enumeration counts. */
#define TCP_PLACE(field, ...) TCP_PLACE_##field,
enum { TCP_KEYS(TCP_PLACE) TCP_PLACE_time_wait, TCP_N_PLACES };
G_STATIC_ASSERT(TCP_N_PLACES <= SCENARIO_STACK_MAX_KEYS);

#define TCP_ROW(field, type, word, unit_, min_, max_, special_, help_)                             \
    { .spec = { .name = word, .unit = unit_, .min = min_, .max = max_, .help = help_ },            \
      .offset = offsetof(ScenarioTcp, values) + TCP_PLACE_##field * sizeof(ScenarioValue),         \
      .special = special_,                                                                         \
      .tcp_get = get_tcp_##field,                                                                  \
      .tcp_set = set_tcp_##field },

static int64_t get_tcp_congestion(const TcpConfig *config)
{
    uint32_t count = 0;
    const TcpVariant *variants = tcp_variant_list(&count);
    uint32_t i = 0;
    while (variants[i].cc != config->cc || variants[i].recovery != config->recovery) {
        i++;
        g_assert(i < count);
    }
    return i;
}

static const ScenarioKey congestion_keys[] = {
    { .spec = { "name", SIM_UNIT_WORD, 0,
                .help = N_("The textbook name for how much may be in flight and what is sent again "
                           "after a loss.") },
      FIELD(ScenarioCongestion, name),
      .names = &congestion_parts,
      .tcp_get = get_tcp_congestion },
    { .spec = { NULL } },
};

static const ScenarioMap congestion_map = {
    .title = N_("the congestion control"),
    .brief = "name",
    .keys = congestion_keys,
    .bytes = sizeof(ScenarioCongestion),
    .parts = &congestion_parts,
    .part_key = "name",
    .part_offset = offsetof(ScenarioCongestion, part),
};

static const ScenarioKey tcp_keys[] = {
    TCP_KEYS(TCP_ROW) TCP_ROW(time_wait, int64_t, "time-wait", SIM_UNIT_DURATION, 2, MAX_NS, NULL,
                              N_("How long TIME-WAIT lasts: twice the maximum segment lifetime.")){
        .spec = { "congestion", .help = N_("Congestion control.") },
        .form = SCENARIO_FORM_MAP,
        FIELD(ScenarioTcp, congestion),
        .map = &congestion_map },
    { .spec = { "recovery", SIM_UNIT_WORD, 0,
                .help = N_("What is sent again after a loss; auto: what belongs to the congestion "
                           "control.") },
      FIELD(ScenarioTcp, recovery),
      .names = &recovery_names },
    { .spec = { NULL } },
};

const ScenarioMap scenario_map_tcp = {
    .title = N_("the TCP of a host"),
    .keys = tcp_keys,
    .bytes = sizeof(ScenarioTcp),
};

/* ip: and arp: */

#define IP_KEYS(KEY)                                                                               \
    KEY(ttl, uint8_t, "ttl", SIM_UNIT_NUMBER, 1, 255,                                              \
        N_("The time to live of datagrams made here."))                                            \
    KEY(reassembly_ns, int64_t, "reassembly-time", SIM_UNIT_DURATION, 1, MAX_NS,                   \
        N_("How long fragments wait for the rest of their datagram."))                             \
    KEY(reassembly_max_bytes, uint32_t, "reassembly-buffer", SIM_UNIT_BYTES, 1, 1 << 30,           \
        N_("Room for the fragments of all unfinished datagrams."))                                 \
    KEY(icmp_error_rate_hz, uint32_t, "icmp-errors-per-second", SIM_UNIT_NUMBER, 0, MAX_COUNT,     \
        N_("ICMP errors a second that may be sent."))                                              \
    KEY(icmp_error_burst, uint32_t, "icmp-error-burst", SIM_UNIT_NUMBER, 1, MAX_COUNT,             \
        N_("ICMP errors that may be sent at once after silence."))                                 \
    KEY(send_redirects, bool, "send-redirects", SIM_UNIT_BOOL, 0, 1,                               \
        N_("Whether a router tells hosts of a shorter way (ICMP redirect)."))                      \
    KEY(accept_redirects, bool, "accept-redirects", SIM_UNIT_BOOL, 0, 1,                           \
        N_("Whether a host believes such a message."))

#define ARP_KEYS(KEY)                                                                              \
    KEY(arp_age_ns, int64_t, "age", SIM_UNIT_DURATION, 1, MAX_NS,                                  \
        N_("Age at which an entry is checked, and dropped if nobody answers."))                    \
    KEY(arp_retry_ns, int64_t, "retry", SIM_UNIT_DURATION, 1, MAX_NS,                              \
        N_("Time between requests for one address."))                                              \
    KEY(arp_tries, uint32_t, "tries", SIM_UNIT_NUMBER, 1, 1000,                                    \
        N_("Requests after which an address is given up."))                                        \
    KEY(arp_queue_pkts, uint32_t, "queue", SIM_UNIT_PACKETS, 1, MAX_COUNT,                         \
        N_("Packets that may wait for one address."))                                              \
    KEY(arp_announce, bool, "announce", SIM_UNIT_BOOL, 0, 1,                                       \
        N_("Gratuitous ARP when an interface comes up (RFC 5227)."))                               \
    KEY(arp_probe, bool, "probe", SIM_UNIT_BOOL, 0, 1,                                             \
        N_("Asks whether an address is taken before it is used (RFC 5227)."))

#define INET_ACCESS(field, type, ...)                                                              \
    static int64_t get_inet_##field(const InetConfig *config)                                      \
    {                                                                                              \
        return (int64_t)config->field;                                                             \
    }                                                                                              \
    static void set_inet_##field(InetConfig *config, int64_t value)                                \
    {                                                                                              \
        config->field = (type)value;                                                               \
    }
IP_KEYS(INET_ACCESS)
ARP_KEYS(INET_ACCESS)

#define INET_PLACE(field, ...) INET_PLACE_##field,
enum { IP_KEYS(INET_PLACE) IP_N_PLACES };
enum { ARP_KEYS(INET_PLACE) ARP_N_PLACES };
G_STATIC_ASSERT(IP_N_PLACES <= SCENARIO_STACK_MAX_KEYS && ARP_N_PLACES <= SCENARIO_STACK_MAX_KEYS);

#define INET_ROW(field, type, word, unit_, min_, max_, help_)                                      \
    { .spec = { .name = word, .unit = unit_, .min = min_, .max = max_, .help = help_ },            \
      .offset = offsetof(ScenarioInet, values) + INET_PLACE_##field * sizeof(ScenarioValue),       \
      .inet_get = get_inet_##field,                                                                \
      .inet_set = set_inet_##field },

static const ScenarioKey ip_keys[] = { IP_KEYS(INET_ROW){ .spec = { NULL } } };
static const ScenarioKey arp_keys[] = { ARP_KEYS(INET_ROW){ .spec = { NULL } } };

const ScenarioMap scenario_map_ip = {
    .title = N_("the Internet layer of a host"),
    .keys = ip_keys,
    .bytes = sizeof(ScenarioInet),
};

const ScenarioMap scenario_map_arp = {
    .title = N_("the address resolution of a host"),
    .keys = arp_keys,
    .bytes = sizeof(ScenarioInet),
};

/* hosts: */

static const ScenarioKey route_keys[] = {
    { .spec = { "to", SIM_UNIT_TEXT, .required = true,
                .help = N_("The network, like 10.0.2.0/24, or default.") },
      FIELD(ScenarioRoute, to),
      .syntax = SCENARIO_SYNTAX_NETWORK },
    { .spec = { "via", SIM_UNIT_TEXT, .required = true,
                .help = N_("The next router: a host on a shared link.") },
      FIELD(ScenarioRoute, via),
      .syntax = SCENARIO_SYNTAX_HOST },
    { .spec = { "metric", SIM_UNIT_NUMBER, 0, 0, MAX_U32 - 1,
                .help = N_("Of two routes to the same network, the lower one is taken; any is "
                           "lower than that of a computed route.") },
      FIELD(ScenarioRoute, metric) },
    { .spec = { NULL } },
};

static const ScenarioMap route_map = {
    .title = N_("a route"),
    .named = N_("route %s"),
    .keys = route_keys,
    .bytes = sizeof(ScenarioRoute),
};

static bool is_switch(const void *base)
{
    return ((const ScenarioHost *)base)->kind.number == SCENARIO_SWITCH;
}

static bool is_no_switch(const void *base)
{
    return !is_switch(base);
}

#define NO_SWITCH .applies = is_no_switch, .only_for = N_("a host or a router")

static const char *const host_kinds[] = { "host", "router", "switch", NULL };

static const ScenarioKey host_keys[] = {
    { .spec = { "kind", SIM_UNIT_WORD, SCENARIO_HOST, .words = host_kinds,
                .help = N_("A host runs programs; a router also forwards datagrams; a switch "
                           "forwards frames and has no address.") },
      FIELD(ScenarioHost, kind) },
    { .spec = { "count", SIM_UNIT_NUMBER, 0, 1, MAX_COUNT,
                .help = N_("Makes a family of so many: sender.1, sender.2, ...") },
      FIELD(ScenarioHost, count),
      .special = word_none_0 },
    { .spec = { "stack", SIM_UNIT_TEXT, .help = N_("A profile in models/ that gives defaults.") },
      FIELD(ScenarioHost, stack),
      .syntax = SCENARIO_SYNTAX_NAME,
      .fallback_text = "standard",
      .consumed = true },
    { .spec = { "tcp", .help = N_("Its TCP.") },
      .form = SCENARIO_FORM_MAP,
      FIELD(ScenarioHost, tcp),
      .map = &scenario_map_tcp,
      NO_SWITCH },
    { .spec = { "ip", .help = N_("Its Internet layer.") },
      .form = SCENARIO_FORM_MAP,
      FIELD(ScenarioHost, ip),
      .map = &scenario_map_ip,
      NO_SWITCH },
    { .spec = { "arp", .help = N_("Its address resolution.") },
      .form = SCENARIO_FORM_MAP,
      FIELD(ScenarioHost, arp),
      .map = &scenario_map_arp,
      NO_SWITCH },
    { .spec = { "routes", .help = N_("Routes of its own, beside those that are computed.") },
      .form = SCENARIO_FORM_LIST,
      FIELD(ScenarioHost, routes),
      .map = &route_map,
      NO_SWITCH },
    { .spec = { "ageing", SIM_UNIT_DURATION, 300 * INT64_C(1000000000), 1, MAX_NS,
                .help = N_("How long a switch remembers where a station is.") },
      FIELD(ScenarioHost, ageing_ns),
      .applies = is_switch,
      .only_for = N_("a switch") },
    { .spec = { NULL } },
};

const ScenarioMap scenario_map_host = {
    .title = N_("a host"),
    .named = N_("host '%s'"),
    .brief = "kind",
    .keys = host_keys,
    .bytes = sizeof(ScenarioHost),
    .profile_key = "stack",
    .profile_kind = "host",
};

/* links: */

static const ScenarioKey queue_keys[] = {
    { .spec = { "model", SIM_UNIT_TEXT, .help = N_("A profile in models/ that gives defaults.") },
      FIELD(ScenarioQueue, model),
      .syntax = SCENARIO_SYNTAX_NAME,
      .consumed = true },
    { .spec = { "type", SIM_UNIT_WORD, 0, .help = N_("Which queue discipline.") },
      FIELD(ScenarioQueue, type),
      .names = &qdisc_parts },
    { .spec = { "limit", SIM_UNIT_QUEUE, 1000, INT64_MIN, MAX_COUNT,
                .help = N_("How much may wait, the packet being sent not counted.") },
      FIELD(ScenarioQueue, limit) },
    { .spec = { NULL } },
};

const ScenarioMap scenario_map_queue = {
    .title = N_("a queue"),
    .brief = "limit",
    .keys = queue_keys,
    .bytes = sizeof(ScenarioQueue),
    .parts = &qdisc_parts,
    .part_key = "type",
    .part_offset = offsetof(ScenarioQueue, part),
    .profile_key = "model",
    .profile_kind = "queue",
};

static const ScenarioKey loss_keys[] = {
    { .spec = { "chance", SIM_UNIT_PROBABILITY, 0, 0, MAX_PPB,
                .help = N_("The chance that a packet is lost, the same for every packet.") },
      FIELD(ScenarioLoss, chance_ppb) },
    { .spec = { "model", SIM_UNIT_WORD, -1,
                .help = N_("A loss model, which has keys of its own.") },
      FIELD(ScenarioLoss, model),
      .names = &loss_parts },
    { .spec = { NULL } },
};

static const ScenarioMap loss_map = {
    .title = N_("the loss of a link"),
    .brief = "chance",
    .keys = loss_keys,
    .bytes = sizeof(ScenarioLoss),
    .parts = &loss_parts,
    .part_key = "model",
    .part_offset = offsetof(ScenarioLoss, part),
};

static const ScenarioKey reorder_keys[] = {
    { .spec = { "chance", SIM_UNIT_PROBABILITY, 0, 0, MAX_PPB,
                .help = N_("The chance that a packet is held back so that others overtake it.") },
      FIELD(ScenarioReorder, chance_ppb) },
    { .spec = { "by", SIM_UNIT_DURATION, 5000000, 0, MAX_NS,
                .help = N_("How much later it arrives.") },
      FIELD(ScenarioReorder, by_ns) },
    { .spec = { NULL } },
};

static const ScenarioMap reorder_map = {
    .title = N_("the reordering of a link"),
    .brief = "chance",
    .keys = reorder_keys,
    .bytes = sizeof(ScenarioReorder),
};

static const ScenarioKey jitter_keys[] = {
    { .spec = { "up-to", SIM_UNIT_DURATION, 0, 0, MAX_NS,
                .help = N_("Each packet arrives later by a random time up to this.") },
      FIELD(ScenarioJitter, up_to_ns) },
    { .spec = { "reorders", SIM_UNIT_BOOL, 0, 0, 1,
                .help = N_("Whether a packet may overtake another one by jitter.") },
      FIELD(ScenarioJitter, reorders) },
    { .spec = { NULL } },
};

static const ScenarioMap jitter_map = {
    .title = N_("the jitter of a link"),
    .brief = "up-to",
    .keys = jitter_keys,
    .bytes = sizeof(ScenarioJitter),
};

/* The keys of one direction. A link has them for both directions, beside its own. */
#define WIRE_ROWS(base)                                                                            \
    { .spec = { "rate", SIM_UNIT_RATE, 1000000000, 1, MAX_BPS,                                     \
                .help = N_("Bits a second that the transmitter sends.") },                         \
      .offset = (base) + offsetof(ScenarioWire, rate_bps),                                         \
      .special = word_unlimited_0 },                                                               \
        { .spec = { "delay", SIM_UNIT_DURATION, 1000000, 1, MAX_NS,                                \
                    .help = N_("From the last bit sent to the last bit received: propagation.") }, \
          .offset = (base) + offsetof(ScenarioWire, delay_ns) },                                   \
        { .spec = { "queue", .help = N_("Packets that wait for the transmitter.") },               \
          .form = SCENARIO_FORM_MAP,                                                               \
          .offset = (base) + offsetof(ScenarioWire, queue),                                        \
          .map = &scenario_map_queue },                                                            \
        { .spec = { "loss", .help = N_("Packets lost by chance.") },                               \
          .form = SCENARIO_FORM_MAP,                                                               \
          .offset = (base) + offsetof(ScenarioWire, loss),                                         \
          .map = &loss_map },                                                                      \
        { .spec = { "duplicate", SIM_UNIT_PROBABILITY, 0, 0, MAX_PPB,                              \
                    .help = N_("The chance that a packet arrives twice.") },                       \
          .offset = (base) + offsetof(ScenarioWire, duplicate_ppb) },                              \
        { .spec = { "corrupt", SIM_UNIT_PROBABILITY, 0, 0, MAX_PPB,                                \
                    .help = N_("The chance that a bit of a packet is inverted.") },                \
          .offset = (base) + offsetof(ScenarioWire, corrupt_ppb) },                                \
        { .spec = { "reorder", .help = N_("Packets held back by chance.") },                       \
          .form = SCENARIO_FORM_MAP,                                                               \
          .offset = (base) + offsetof(ScenarioWire, reorder),                                      \
          .map = &reorder_map },                                                                   \
        { .spec = { "jitter", .help = N_("Variation of the delay.") },                             \
          .form = SCENARIO_FORM_MAP,                                                               \
          .offset = (base) + offsetof(ScenarioWire, jitter),                                       \
          .map = &jitter_map },                                                                    \
    {                                                                                              \
        .spec = { "count-gap", SIM_UNIT_BOOL,                                                      \
                  0,           0,                                                                  \
                  1,           .help = N_("Whether preamble and frame gap count.") },              \
        .offset = (base) + offsetof(ScenarioWire, count_gap)                                       \
    }

static const ScenarioKey wire_keys[] = { WIRE_ROWS(0), { .spec = { NULL } } };

const ScenarioMap scenario_map_wire = {
    .title = N_("one direction of a link"),
    .keys = wire_keys,
    .bytes = sizeof(ScenarioWire),
};

static const ScenarioKey toward_keys[] = {
    WIRE_ROWS(offsetof(ScenarioToward, wire)),
    { .spec = { NULL } },
};

static const ScenarioMap toward_map = {
    .title = N_("the direction toward an end"),
    .named = N_("direction '%s'"),
    .keys = toward_keys,
    .bytes = sizeof(ScenarioToward),
};

static const ScenarioKey end_keys[] = {
    { .spec = { "address", SIM_UNIT_TEXT, .help = N_("The address of the host on this link.") },
      FIELD(ScenarioEnd, address),
      .syntax = SCENARIO_SYNTAX_ADDRESS },
    { .spec = { "mac", SIM_UNIT_TEXT, .help = N_("The MAC address of the host on this link.") },
      FIELD(ScenarioEnd, mac),
      .syntax = SCENARIO_SYNTAX_MAC },
    { .spec = { NULL } },
};

static const ScenarioMap end_map = {
    .title = N_("an end of a link"),
    .named = N_("end '%s'"),
    .brief = "address",
    .keys = end_keys,
    .bytes = sizeof(ScenarioEnd),
};

static const char *const link_types[] = { "ethernet", "raw-ip", NULL };

static const ScenarioKey link_keys[] = {
    { .spec = { "between", SIM_UNIT_TEXT, 0, 2, 2, .required = true,
                .help =
                    N_("The two ends. A family at one end, like sender.*, makes a link for each "
                       "member; families at both ends are joined member by member.") },
      .form = SCENARIO_FORM_VALUES,
      FIELD(ScenarioLink, between),
      .syntax = SCENARIO_SYNTAX_HOST },
    { .spec = { "model", SIM_UNIT_TEXT, .help = N_("A profile in models/ that gives defaults.") },
      FIELD(ScenarioLink, model),
      .syntax = SCENARIO_SYNTAX_NAME,
      .consumed = true },
    { .spec = { "type", SIM_UNIT_WORD, PACKET_LINK_ETHERNET, .words = link_types,
                .help = N_("Ethernet frames, or bare datagrams without link header and ARP.") },
      FIELD(ScenarioLink, type) },
    { .spec = { "mtu", SIM_UNIT_BYTES, 1500, 68, 65535, .help = N_("The largest datagram.") },
      FIELD(ScenarioLink, mtu_bytes) },
    { .spec = { "network", SIM_UNIT_TEXT,
                .help =
                    N_("The network of the link; assigned in the order of links if not given.") },
      FIELD(ScenarioLink, network),
      .syntax = SCENARIO_SYNTAX_PREFIX },
    { .spec = { "ends", .help = N_("Addresses of the hosts on this link.") },
      .form = SCENARIO_FORM_NAMED,
      FIELD(ScenarioLink, ends),
      .map = &end_map,
      .syntax = SCENARIO_SYNTAX_END },
    WIRE_ROWS(offsetof(ScenarioLink, wire)),
    { .spec = { "toward", .help = N_("What differs in the direction toward a host; 1 and 2 are the "
                                     "first and the second end of between.") },
      .form = SCENARIO_FORM_NAMED,
      FIELD(ScenarioLink, toward),
      .map = &toward_map,
      .syntax = SCENARIO_SYNTAX_END,
      .partial = true },
    { .spec = { NULL } },
};

const ScenarioMap scenario_map_link = {
    .title = N_("a link"),
    .named = N_("link '%s'"),
    .keys = link_keys,
    .bytes = sizeof(ScenarioLink),
    .profile_key = "model",
    .profile_kind = "link",
};

/* topology: */

#define TOPOLOGY_COUNT(word, field, default_, max_, help_)                                         \
    {                                                                                              \
        .spec = { word, SIM_UNIT_NUMBER, default_, 1, max_, .help = help_ },                       \
        FIELD(ScenarioTopology, field)                                                             \
    }
#define TOPOLOGY_LINK(word, field, help_)                                                          \
    {                                                                                              \
        .spec = { word, .help = help_ }, .form = SCENARIO_FORM_MAP,                                \
        FIELD(ScenarioTopology, field), .map = &topology_link_map                                  \
    }

static const ScenarioKey topology_link_keys[] = {
    { .spec = { "model", SIM_UNIT_TEXT, .help = N_("A profile in models/ that gives defaults.") },
      FIELD(ScenarioLink, model),
      .syntax = SCENARIO_SYNTAX_NAME,
      .consumed = true },
    { .spec = { "type", SIM_UNIT_WORD, PACKET_LINK_ETHERNET, .words = link_types,
                .help = N_("Ethernet frames, or bare datagrams without link header and ARP.") },
      FIELD(ScenarioLink, type) },
    { .spec = { "mtu", SIM_UNIT_BYTES, 1500, 68, 65535, .help = N_("The largest datagram.") },
      FIELD(ScenarioLink, mtu_bytes) },
    WIRE_ROWS(offsetof(ScenarioLink, wire)),
    { .spec = { "toward", .help = N_("What differs in the direction toward the first (1) or the "
                                     "second (2) end.") },
      .form = SCENARIO_FORM_NAMED,
      FIELD(ScenarioLink, toward),
      .map = &toward_map,
      .syntax = SCENARIO_SYNTAX_END,
      .partial = true },
    { .spec = { NULL } },
};

static const ScenarioMap topology_link_map = {
    .title = N_("the links of a topology"),
    .keys = topology_link_keys,
    .bytes = sizeof(ScenarioLink),
    .profile_key = "model",
    .profile_kind = "link",
};

static const ScenarioKey chain_keys[] = {
    TOPOLOGY_COUNT("routers", routers, 1, MAX_COUNT, N_("Routers between the two hosts.")),
    TOPOLOGY_LINK("link", link, N_("Every link of the chain.")),
    { .spec = { NULL } },
};
static const ScenarioMap chain_map = { .title = N_("a chain"), .keys = chain_keys };

static const ScenarioKey star_keys[] = {
    TOPOLOGY_COUNT("leaves", leaves, 4, MAX_COUNT, N_("Hosts around the centre.")),
    { .spec = { "centre", SIM_UNIT_WORD, SCENARIO_SWITCH, .words = host_kinds,
                .help = N_("What stands in the centre.") },
      FIELD(ScenarioTopology, centre) },
    TOPOLOGY_LINK("link", link, N_("Every link of the star.")),
    { .spec = { NULL } },
};
static const ScenarioMap star_map = { .title = N_("a star"), .keys = star_keys };

static const ScenarioKey dumbbell_keys[] = {
    TOPOLOGY_COUNT("senders", senders, 2, MAX_COUNT, N_("Hosts on the left.")),
    { .spec = { "receivers", SIM_UNIT_NUMBER, 0, 1, MAX_COUNT,
                .help = N_("Hosts on the right; auto: as many as senders.") },
      FIELD(ScenarioTopology, receivers),
      .special = word_auto_0 },
    TOPOLOGY_LINK("access", access, N_("Links between hosts and their router.")),
    TOPOLOGY_LINK("bottleneck", bottleneck, N_("The link between the two routers.")),
    { .spec = { NULL } },
};
static const ScenarioMap dumbbell_map = { .title = N_("a dumbbell"), .keys = dumbbell_keys };

static const ScenarioKey fat_tree_keys[] = {
    { .spec = { "k", SIM_UNIT_NUMBER, 4, 2, 128,
                .help = N_("Ports of each router, an even number; k^3/4 hosts.") },
      FIELD(ScenarioTopology, k) },
    TOPOLOGY_LINK("link", link, N_("Every link of the tree.")),
    { .spec = { NULL } },
};
static const ScenarioMap fat_tree_map = { .title = N_("a fat tree"), .keys = fat_tree_keys };

static const ScenarioKey topology_keys[] = {
    { .spec = { "chain", .help = N_("left - router.1 - ... - router.n - right.") },
      .form = SCENARIO_FORM_VARIANT,
      .map = &chain_map,
      .variant = SCENARIO_TOPOLOGY_CHAIN },
    { .spec = { "star", .help = N_("leaf.1 to leaf.n around centre.") },
      .form = SCENARIO_FORM_VARIANT,
      .map = &star_map,
      .variant = SCENARIO_TOPOLOGY_STAR },
    { .spec = { "dumbbell", .help = N_("sender.1 to sender.n - left - right - receiver.1 to "
                                       "receiver.m.") },
      .form = SCENARIO_FORM_VARIANT,
      .map = &dumbbell_map,
      .variant = SCENARIO_TOPOLOGY_DUMBBELL },
    { .spec = { "fat-tree", .help = N_("host.n below edge.n, aggregation.n and core.n routers.") },
      .form = SCENARIO_FORM_VARIANT,
      .map = &fat_tree_map,
      .variant = SCENARIO_TOPOLOGY_FAT_TREE },
    { .spec = { NULL } },
};

static const ScenarioMap topology_map = {
    .title = N_("the topology"),
    .keys = topology_keys,
    .bytes = sizeof(ScenarioTopology),
    .one_of = true,
    .kind_offset = offsetof(ScenarioTopology, kind),
};

/* apps: */

#define STEP_ROW(word, unit_, field, ...)                                                          \
    {                                                                                              \
        .spec = { word, unit_, __VA_ARGS__ }, FIELD(ScenarioStep, field)                           \
    }
#define STEP_EXPECT                                                                                \
    {                                                                                              \
        .spec = { "expect", SIM_UNIT_WORD, SOCKET_OK,                                              \
                  .help = N_("How the call must end; anything else fails the run.") },             \
        FIELD(ScenarioStep, expect), .names = &socket_error_names                                  \
    }
#define STEP_END                                                                                   \
    {                                                                                              \
        .spec = { NULL }                                                                           \
    }

static const ScenarioKey listen_keys[] = {
    STEP_ROW("port", SIM_UNIT_NUMBER, port, 0, 1, 65535, true, .help = N_("The local port.")),
    { .spec = { "backlog", SIM_UNIT_NUMBER, 0, 1, MAX_COUNT,
                .help = N_("Connections that may wait; auto: the host's.") },
      FIELD(ScenarioStep, backlog),
      .special = word_auto_0 },
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey bind_keys[] = {
    STEP_ROW("port", SIM_UNIT_NUMBER, port, 0, 1, 65535, true, .help = N_("The local port.")),
    { .spec = { "address", SIM_UNIT_TEXT,
                .help = N_("One of the host's addresses; any if not "
                           "given.") },
      FIELD(ScenarioStep, address),
      .syntax = SCENARIO_SYNTAX_ADDRESS },
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey connect_keys[] = {
    STEP_ROW("to", SIM_UNIT_HOST_PORT, to, .required = true, .help = N_("Host and port.")),
    STEP_ROW("wait", SIM_UNIT_BOOL, waits, 1, 0, 1,
             .help = N_("Whether to go on only when the connection is there; what is sent before "
                        "rides on the handshake.")),
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey send_keys[] = {
    STEP_ROW("bytes", SIM_UNIT_BYTES, bytes, 0, 1, MAX_BYTES, .help = N_("How many bytes.")),
    { .spec = { "text", SIM_UNIT_TEXT, .help = N_("These words, instead of a number of bytes.") },
      FIELD(ScenarioStep, text) },
    { .spec = { "each", SIM_UNIT_BYTES, 0, 1, MAX_BYTES,
                .help = N_("Bytes of one write; all: as many as there is room for.") },
      FIELD(ScenarioStep, chunk_bytes),
      .special = word_all_0 },
    STEP_ROW("every", SIM_UNIT_DURATION, every_ns, 0, 0, MAX_NS,
             .help = N_("Pause between one and the next.")),
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey send_urgent_keys[] = {
    STEP_ROW("bytes", SIM_UNIT_BYTES, bytes, 0, 1, MAX_BYTES, true, .help = N_("How many bytes.")),
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey receive_keys[] = {
    { .spec = { "bytes", SIM_UNIT_BYTES, INT64_MAX, 1, MAX_BYTES,
                .help = N_("How many bytes; until-eof: until the peer closes.") },
      FIELD(ScenarioStep, bytes),
      .special = word_until_eof },
    { .spec = { "each", SIM_UNIT_BYTES, 0, 1, MAX_BYTES,
                .help = N_("Bytes of one read; all: what there is.") },
      FIELD(ScenarioStep, chunk_bytes),
      .special = word_all_0 },
    STEP_ROW("every", SIM_UNIT_DURATION, every_ns, 0, 0, MAX_NS,
             .help = N_("Pause between one and the next.")),
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey plain_keys[] = { STEP_EXPECT, STEP_END };
static const ScenarioKey wait_keys[] = {
    { .spec = { "for", SIM_UNIT_DURATION, 0, 0, MAX_NS, true,
                .help = N_("How long, or for what.") },
      FIELD(ScenarioStep, wait_for),
      .special = words_wait },
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey at_keys[] = {
    STEP_ROW("time", SIM_UNIT_DURATION, at_ns, 0, 0, MAX_NS, true,
             .help = N_("Since the start of the run.")),
    STEP_END,
};
static const ScenarioKey repeat_keys[] = {
    { .spec = { "times", SIM_UNIT_NUMBER, 0, 1, MAX_COUNT, true, .help = N_("How often.") },
      FIELD(ScenarioStep, times),
      .special = word_forever_0 },
    { .spec = { "do", .required = true, .help = N_("The steps to repeat.") },
      .form = SCENARIO_FORM_LIST,
      FIELD(ScenarioStep, body),
      .map = &scenario_map_step },
    STEP_END,
};
static const ScenarioKey send_to_keys[] = {
    STEP_ROW("to", SIM_UNIT_HOST_PORT, to, .required = true, .help = N_("Host and port.")),
    STEP_ROW("bytes", SIM_UNIT_BYTES, bytes, 0, 0, 65507, true,
             .help = N_("Length of the datagram.")),
    STEP_EXPECT,
    STEP_END,
};
static const ScenarioKey receive_from_keys[] = {
    STEP_ROW("count", SIM_UNIT_NUMBER, times, 1, 1, MAX_COUNT, .help = N_("How many datagrams.")),
    STEP_EXPECT,
    STEP_END,
};

/* The map of one verb. */
#define STEP_MAP(word, title_, brief_)                                                             \
    static const ScenarioMap word##_map = { .title = title_, .brief = brief_, .keys = word##_keys }
STEP_MAP(listen, "listen", "port");
STEP_MAP(bind, "bind", "port");
STEP_MAP(connect, "connect", "to");
STEP_MAP(send, "send", "bytes");
STEP_MAP(send_urgent, "send-urgent", "bytes");
STEP_MAP(receive, "receive", "bytes");
STEP_MAP(plain, N_("a call"), NULL);
STEP_MAP(wait, "wait", "for");
STEP_MAP(at, "at", "time");
STEP_MAP(repeat, "repeat", NULL);
STEP_MAP(send_to, "send-to", "to");
STEP_MAP(receive_from, "receive-from", "count");

#define STEP(word, map_, kind_, help_)                                                             \
    {                                                                                              \
        .spec = { word, .help = help_ }, .form = SCENARIO_FORM_VARIANT, .map = map_,               \
        .variant = kind_                                                                           \
    }

static const ScenarioKey step_keys[] = {
    STEP("listen", &listen_map, APP_STEP_LISTEN, N_("Waits for connections at a port.")),
    STEP("bind", &bind_map, APP_STEP_BIND,
         N_("Chooses the local port, or opens it for datagrams.")),
    STEP("accept", &plain_map, APP_STEP_ACCEPT, N_("Takes the next connection.")),
    STEP("connect", &connect_map, APP_STEP_CONNECT, N_("Opens a connection.")),
    STEP("send", &send_map, APP_STEP_SEND, N_("Writes to the connection.")),
    STEP("send-urgent", &send_urgent_map, APP_STEP_SEND_URGENT, N_("Writes urgent data.")),
    STEP("receive", &receive_map, APP_STEP_RECEIVE, N_("Reads from the connection.")),
    STEP("shutdown", &plain_map, APP_STEP_SHUTDOWN, N_("Sends no more, but goes on receiving.")),
    STEP("close", &plain_map, APP_STEP_CLOSE, N_("Closes the connection.")),
    STEP("abort", &plain_map, APP_STEP_ABORT, N_("Resets the connection.")),
    STEP("wait", &wait_map, APP_STEP_WAIT,
         N_("Does nothing for a time, or until something happens.")),
    STEP("at", &at_map, APP_STEP_AT, N_("Does nothing until an instant of the simulated clock.")),
    STEP("repeat", &repeat_map, APP_STEP_REPEAT, N_("Does some steps several times.")),
    { .spec = { "set", .help = N_("Changes options of the next connection, or of this one where it "
                                  "can still change them.") },
      .form = SCENARIO_FORM_VARIANT,
      FIELD(ScenarioStep, tcp),
      .map = &scenario_map_tcp,
      .variant = APP_STEP_SET,
      .partial = true },
    STEP("send-to", &send_to_map, APP_STEP_SEND_TO, N_("Sends a datagram.")),
    STEP("receive-from", &receive_from_map, APP_STEP_RECEIVE_FROM, N_("Receives datagrams.")),
    STEP_END,
};

const ScenarioMap scenario_map_step = {
    .title = N_("a step"),
    .named = N_("step %s"),
    .keys = step_keys,
    .bytes = sizeof(ScenarioStep),
    .one_of = true,
    .kind_offset = offsetof(ScenarioStep, kind),
};

static const ScenarioKey start_keys[] = {
    { .spec = { "at", SIM_UNIT_DURATION, 0, 0, MAX_NS, .help = N_("When the program starts.") },
      FIELD(ScenarioStart, at_ns) },
    { .spec = { "spread", SIM_UNIT_DURATION, 0, 0, MAX_NS,
                .help = N_("The members of a family start evenly over this time.") },
      FIELD(ScenarioStart, spread_ns) },
    { .spec = { NULL } },
};

static const ScenarioMap start_map = {
    .title = N_("the start of a program"),
    .brief = "at",
    .keys = start_keys,
    .bytes = sizeof(ScenarioStart),
};

static const char *const reboot_words[] = { "restart", "stay-down", NULL };

static const ScenarioKey steps_keys[] = {
    { .spec = { "steps", .required = true, .help = N_("A list of socket calls.") },
      .form = SCENARIO_FORM_LIST,
      FIELD(ScenarioProgram, steps),
      .map = &scenario_map_step },
    { .spec = { NULL } },
};
static const ScenarioMap steps_map = { .title = N_("a list of steps"),
                                       .brief = "steps",
                                       .keys = steps_keys };

static const ScenarioKey program_keys[] = {
    { .spec = { "steps", .help = N_("A program written as a list of socket calls.") },
      .form = SCENARIO_FORM_VARIANT,
      .map = &steps_map,
      .variant = SCENARIO_PROGRAM_STEPS },
    { .spec = { "start", .help = N_("When the program starts.") },
      .form = SCENARIO_FORM_MAP,
      FIELD(ScenarioProgram, start),
      .map = &start_map },
    { .spec = { "on-reboot", SIM_UNIT_WORD, 0, .words = reboot_words,
                .help = N_("Whether the program runs again when its host comes back.") },
      FIELD(ScenarioProgram, on_reboot) },
    { .spec = { NULL } },
};

static const ScenarioMap program_map = {
    .title = N_("a program"),
    .named = N_("program %s"),
    .brief = "steps",
    .keys = program_keys,
    .bytes = sizeof(ScenarioProgram),
    .one_of = true,
    .kind_offset = offsetof(ScenarioProgram, kind),
    .parts = &app_parts,
    .part_offset = offsetof(ScenarioProgram, app),
    .part_variant = SCENARIO_PROGRAM_APP,
};

static const ScenarioKey programs_keys[] = {
    { .spec = { "programs", .required = true, .help = N_("One program, or a list of several.") },
      .form = SCENARIO_FORM_MANY,
      FIELD(ScenarioPrograms, programs),
      .map = &program_map },
    { .spec = { NULL } },
};

static const ScenarioMap programs_map = {
    .title = N_("the programs of a host"),
    .named = N_("the programs of '%s'"),
    .brief = "programs",
    .only_brief = true,
    .keys = programs_keys,
    .bytes = sizeof(ScenarioPrograms),
};

/* faults:, inject:, events: */

#define LINK_ROW(type, required_)                                                                  \
    {                                                                                              \
        .spec = { "link", SIM_UNIT_TEXT, .required = required_, .help = N_("Which link.") },       \
        FIELD(type, link), .syntax = SCENARIO_SYNTAX_HOST                                          \
    }
#define TOWARD_ROW(type, required_)                                                                \
    {                                                                                              \
        .spec = { "toward", SIM_UNIT_TEXT, .required = required_,                                  \
                  .help = N_("In which direction: toward this end.") },                            \
        FIELD(type, toward), .syntax = SCENARIO_SYNTAX_END                                         \
    }

static const char *const match_words[] = { "any", "TCP",  "UDP", "ICMP", "ARP", "SYN", "SYN-ACK",
                                           "ACK", "DATA", "FIN", "RST",  "PSH", "URG", NULL };
static const char *const without_words[] = { "nothing", "SYN", "ACK", "FIN",
                                             "RST",     "PSH", "URG", NULL };
#define MATCH_ROW(word, unit_, field, ...)                                                         \
    {                                                                                              \
        .spec = { word, unit_, __VA_ARGS__ }, FIELD(ScenarioMatch, field)                          \
    }

static const ScenarioKey match_keys[] = {
    MATCH_ROW("what", SIM_UNIT_WORD, what, 0, .words = match_words,
              .help = N_("The packet: SYN is one without ACK, ACK one that says nothing else, DATA "
                         "any with payload; FIN, RST, PSH and URG have that bit, whatever else.")),
    MATCH_ROW("without", SIM_UNIT_WORD, without, 0, .words = without_words,
              .help = N_("A bit that it must not have.")),
    { .spec = { "from-port", SIM_UNIT_NUMBER, 0, 1, 65535, .help = N_("Its source port.") },
      FIELD(ScenarioMatch, from_port),
      .special = word_all_0 },
    { .spec = { "to-port", SIM_UNIT_NUMBER, 0, 1, 65535, .help = N_("Its destination port.") },
      FIELD(ScenarioMatch, to_port),
      .special = word_all_0 },
    MATCH_ROW("retransmission", SIM_UNIT_BOOL, retransmission, 0, 0, 1,
              .help = N_("Only segments that repeat an earlier one.")),
    { .spec = { "retransmission-of", SIM_UNIT_NUMBER, 0, 1, MAX_U32,
                .help =
                    N_("Only those that repeat the n-th of the packets that match otherwise.") },
      FIELD(ScenarioMatch, retransmission_of),
      .special = word_all_0 },
    MATCH_ROW("from-byte", SIM_UNIT_NUMBER, stream_from, 0, 0, MAX_BYTES,
              .help = N_("Only segments with payload at or after this byte of the stream.")),
    { .spec = { "to-byte", SIM_UNIT_NUMBER, 0, 1, MAX_BYTES,
                .help = N_("Only segments with payload before this byte of the stream.") },
      FIELD(ScenarioMatch, stream_to),
      .special = word_all_0 },
    { .spec = { NULL } },
};

static const ScenarioMap match_map = {
    .title = N_("what a fault matches"),
    .brief = "what",
    .keys = match_keys,
    .bytes = sizeof(ScenarioMatch),
};

static const char *const fault_words[] = { "drop", "duplicate", "delay", "corrupt", NULL };

static bool fault_takes_time(const void *base)
{
    int64_t action = ((const ScenarioFault *)base)->action.number;
    return action == SCENARIO_FAULT_DUPLICATE || action == SCENARIO_FAULT_DELAY;
}

static bool fault_corrupts(const void *base)
{
    return ((const ScenarioFault *)base)->action.number == SCENARIO_FAULT_CORRUPT;
}

static const ScenarioKey fault_keys[] = {
    LINK_ROW(ScenarioFault, true),
    TOWARD_ROW(ScenarioFault, true),
    { .spec = { "match", .help = N_("Which packets.") },
      .form = SCENARIO_FORM_MAP,
      FIELD(ScenarioFault, match),
      .map = &match_map },
    { .spec = { "nth", SIM_UNIT_NUMBER, 1, 1, MAX_U32,
                .help = N_("The first matching packet that it befalls, counted from 1.") },
      FIELD(ScenarioFault, nth) },
    { .spec = { "times", SIM_UNIT_NUMBER, 1, 1, MAX_U32,
                .help = N_("How many matching packets in a row.") },
      FIELD(ScenarioFault, times),
      .special = word_all_0 },
    { .spec = { "do", SIM_UNIT_WORD, 0, .required = true, .words = fault_words,
                .help = N_("What befalls them.") },
      FIELD(ScenarioFault, action) },
    { .spec = { "by", SIM_UNIT_DURATION, 0, 0, MAX_NS,
                .help = N_("How much later a delayed packet, or the copy of a duplicated one, "
                           "arrives.") },
      FIELD(ScenarioFault, by_ns),
      .applies = fault_takes_time,
      .only_for = N_("'do: delay' and 'do: duplicate'") },
    { .spec = { "bit", SIM_UNIT_NUMBER, UINT32_MAX, 0, 524288,
                .help = N_("Which bit of the frame is inverted.") },
      FIELD(ScenarioFault, bit),
      .special = word_drawn,
      .applies = fault_corrupts,
      .only_for = N_("'do: corrupt'") },
    { .spec = { NULL } },
};

static const ScenarioMap fault_map = {
    .title = N_("a fault"),
    .named = N_("fault %s"),
    .keys = fault_keys,
    .bytes = sizeof(ScenarioFault),
};

static const ScenarioKey inject_keys[] = {
    { .spec = { "at", SIM_UNIT_DURATION, 0, 0, MAX_NS, true, .help = N_("When.") },
      FIELD(ScenarioInject, at_ns) },
    LINK_ROW(ScenarioInject, true),
    TOWARD_ROW(ScenarioInject, true),
    { .spec = { "segment", SIM_UNIT_TEXT,
                .help = N_("A TCP segment, like S 0:0(0) win 1000, or R. 1:1(0) ack 1.") },
      FIELD(ScenarioInject, segment) },
    { .spec = { "from", SIM_UNIT_HOST_PORT,
                .help = N_("The source it claims: host or address, and port.") },
      FIELD(ScenarioInject, from) },
    { .spec = { "to", SIM_UNIT_HOST_PORT,
                .help = N_("Its destination: host or address, and port.") },
      FIELD(ScenarioInject, to) },
    { .spec = { "of", SIM_UNIT_TEXT,
                .help = N_("The connection whose initial sequence numbers its numbers count from; "
                           "they are absolute if not given.") },
      FIELD(ScenarioInject, of),
      .syntax = SCENARIO_SYNTAX_CONN },
    { .spec = { "raw", SIM_UNIT_TEXT,
                .help = N_("Instead of a segment: the octets of the frame in hexadecimal.") },
      FIELD(ScenarioInject, raw),
      .syntax = SCENARIO_SYNTAX_HEX },
    { .spec = { NULL } },
};

static const ScenarioMap inject_map = {
    .title = N_("an injected segment"),
    .named = N_("injection %s"),
    .keys = inject_keys,
    .bytes = sizeof(ScenarioInject),
};

static const char *const event_words[] = { "up", "down", "crash", "reboot", NULL };

static const ScenarioKey event_keys[] = {
    { .spec = { "at", SIM_UNIT_DURATION, 0, 0, MAX_NS, true, .help = N_("When.") },
      FIELD(ScenarioEvent, at_ns) },
    LINK_ROW(ScenarioEvent, false),
    TOWARD_ROW(ScenarioEvent, false),
    { .spec = { "host", SIM_UNIT_TEXT, .help = N_("Which host.") },
      FIELD(ScenarioEvent, host),
      .syntax = SCENARIO_SYNTAX_HOST },
    { .spec = { "set", .help = N_("What changes of the link.") },
      .form = SCENARIO_FORM_OPTION,
      FIELD(ScenarioEvent, set),
      .map = &scenario_map_wire,
      .partial = true },
    { .spec = { "do", SIM_UNIT_WORD, -1, .words = event_words,
                .help = N_("A link goes up or down; a host crashes or reboots.") },
      FIELD(ScenarioEvent, action) },
    { .spec = { NULL } },
};

static const ScenarioMap event_map = {
    .title = N_("an event"),
    .named = N_("event %s"),
    .keys = event_keys,
    .bytes = sizeof(ScenarioEvent),
};

/* expect: */

#define OF_ROW(required_)                                                                          \
    {                                                                                              \
        .spec = { "of", SIM_UNIT_TEXT, .required = required_,                                      \
                  .help = N_("Which connection, or the host whose only one it is.") },             \
        FIELD(ScenarioExpect, of), .syntax = SCENARIO_SYNTAX_CONN                                  \
    }
#define AT_ROW                                                                                     \
    {                                                                                              \
        .spec = { "at", SIM_UNIT_TEXT,                                                             \
                  .help = N_("Which end; of a host's connection, that host's.") },                 \
        FIELD(ScenarioExpect, at), .syntax = SCENARIO_SYNTAX_HOST                                  \
    }
#define BOUND_ROWS(unit_, max_)                                                                    \
    { .spec = { "are", unit_, -1, 0, max_, .help = N_("Exactly so much.") },                       \
      FIELD(ScenarioExpect, are) },                                                                \
        { .spec = { "min", unit_, -1, 0, max_, .help = N_("At least so much.") },                  \
          FIELD(ScenarioExpect, min) },                                                            \
    {                                                                                              \
        .spec = { "max", unit_, -1, 0, max_, .help = N_("At most so much.") },                     \
        FIELD(ScenarioExpect, max)                                                                 \
    }

static const ScenarioKey states_keys[] = {
    OF_ROW(true),
    AT_ROW,
    { .spec = { "are", SIM_UNIT_WORD, 0, 1, 100, .required = true,
                .help = N_("The states, in their order, the first included.") },
      .form = SCENARIO_FORM_VALUES,
      FIELD(ScenarioExpect, states),
      .names = &state_names },
    { .spec = { NULL } },
};
static const ScenarioMap states_map = { .title = N_("expected states"), .keys = states_keys };

static const ScenarioKey count_keys[] = {
    OF_ROW(true),
    AT_ROW,
    BOUND_ROWS(SIM_UNIT_NUMBER, MAX_BYTES),
    { .spec = { NULL } },
};
static const ScenarioMap count_map = { .title = N_("an expected number"), .keys = count_keys };

static const ScenarioKey drops_keys[] = {
    LINK_ROW(ScenarioExpect, false),
    TOWARD_ROW(ScenarioExpect, false),
    { .spec = { "at", SIM_UNIT_TEXT, .help = N_("At which host; anywhere if nothing is given.") },
      FIELD(ScenarioExpect, at),
      .syntax = SCENARIO_SYNTAX_HOST },
    { .spec = { "cause", SIM_UNIT_WORD, 0, .help = N_("Why they were dropped.") },
      FIELD(ScenarioExpect, cause),
      .names = &cause_names },
    BOUND_ROWS(SIM_UNIT_NUMBER, MAX_BYTES),
    { .spec = { NULL } },
};
static const ScenarioMap drops_map = { .title = N_("expected drops"), .keys = drops_keys };

static const ScenarioKey completion_keys[] = {
    OF_ROW(true),
    AT_ROW,
    BOUND_ROWS(SIM_UNIT_DURATION, MAX_NS),
    { .spec = { NULL } },
};
static const ScenarioMap completion_map = { .title = N_("an expected time"),
                                            .keys = completion_keys };

static const ScenarioKey delivered_keys[] = {
    OF_ROW(true),
    AT_ROW,
    BOUND_ROWS(SIM_UNIT_BYTES, MAX_BYTES),
    { .spec = { NULL } },
};
static const ScenarioMap delivered_map = { .title = N_("expected bytes"), .keys = delivered_keys };

static const ScenarioKey no_reset_keys[] = { OF_ROW(false), { .spec = { NULL } } };
static const ScenarioMap no_reset_map = { .title = N_("no reset"),
                                          .brief = "of",
                                          .keys = no_reset_keys };

/* In the order of TcpReason. */
static const char *const reason_words[] = {
    "none",       "closed",      "reset",    "refused", "aborted",   "timed-out",
    "keep-alive", "unreachable", "no-route", "crashed", "data-lost", NULL,
};
G_STATIC_ASSERT(G_N_ELEMENTS(reason_words) == TCP_N_REASONS + 1);

static const ScenarioKey error_keys[] = {
    OF_ROW(true),
    AT_ROW,
    { .spec = { "is", SIM_UNIT_WORD, 0, .required = true, .words = reason_words,
                .help = N_("Why the end is gone; none: it lives.") },
      FIELD(ScenarioExpect, is) },
    { .spec = { NULL } },
};
static const ScenarioMap error_map = { .title = N_("an expected error"), .keys = error_keys };

static const ScenarioKey story_keys[] = {
    { .spec = { "tells", SIM_UNIT_TEXT, 0, 1, 1000,
                .help = N_("Words found in lines of story.txt, in this order; other lines may "
                           "stand between them.") },
      .form = SCENARIO_FORM_VALUES,
      FIELD(ScenarioExpect, tells) },
    { .spec = { "never", SIM_UNIT_TEXT, 0, 1, 1000, .help = N_("Words found in no line.") },
      .form = SCENARIO_FORM_VALUES,
      FIELD(ScenarioExpect, never) },
    { .spec = { NULL } },
};
static const ScenarioMap story_map = { .title = N_("an expected story"),
                                       .brief = "tells",
                                       .keys = story_keys };

#define EXPECT(word, map_, kind_, help_)                                                           \
    {                                                                                              \
        .spec = { word, .help = help_ }, .form = SCENARIO_FORM_VARIANT, .map = map_,               \
        .variant = kind_                                                                           \
    }

static const ScenarioKey expect_keys[] = {
    EXPECT("states", &states_map, SCENARIO_EXPECT_STATES, N_("The states an end went through.")),
    EXPECT("retransmissions", &count_map, SCENARIO_EXPECT_RETRANSMISSIONS,
           N_("Segments an end sent again.")),
    EXPECT("segments", &count_map, SCENARIO_EXPECT_SEGMENTS, N_("Segments an end sent.")),
    EXPECT("drops", &drops_map, SCENARIO_EXPECT_DROPS, N_("Packets that died.")),
    EXPECT("completion", &completion_map, SCENARIO_EXPECT_COMPLETION,
           N_("From the opening of the connection until the last byte was read at an end.")),
    EXPECT("delivered", &delivered_map, SCENARIO_EXPECT_DELIVERED,
           N_("Bytes read by the program at an end.")),
    EXPECT("no-reset", &no_reset_map, SCENARIO_EXPECT_NO_RESET,
           N_("No RST was sent on the connection, or on any.")),
    EXPECT("error", &error_map, SCENARIO_EXPECT_ERROR, N_("How the connection ended.")),
    EXPECT("story", &story_map, SCENARIO_EXPECT_STORY,
           N_("What the English story.txt tells of segments, states, losses and timers.")),
    { .spec = { NULL } },
};

static const ScenarioMap expect_map = {
    .title = N_("an expectation"),
    .named = N_("expectation %s"),
    .keys = expect_keys,
    .bytes = sizeof(ScenarioExpect),
    .one_of = true,
    .kind_offset = offsetof(ScenarioExpect, kind),
    .parts = &scenario_result_parts,
    .part_offset = offsetof(ScenarioExpect, result),
    .part_variant = SCENARIO_EXPECT_RESULT,
};

/* The top. */

static const ScenarioKey title_keys[] = {
    { .spec = { "en", SIM_UNIT_TEXT, .help = N_("In English.") }, FIELD(ScenarioTitle, en) },
    { .spec = { "zh", SIM_UNIT_TEXT, .help = N_("In Simplified Chinese.") },
      FIELD(ScenarioTitle, zh) },
    { .spec = { NULL } },
};

static const ScenarioMap title_map = {
    .title = N_("a text in two languages"),
    .brief = "en",
    .keys = title_keys,
    .bytes = sizeof(ScenarioTitle),
};

static const char *const lang_words[] = { "en", "zh", NULL };
static const char *const record_words[] = { "auto", "full", "connections", "summary", NULL };
static const char *const routing_words[] = { "hops", "delay", "none", NULL };
static const char *const output_words[] = { "trace",  "network", "hosts",   "connections", "plots",
                                            "ladder", "story",   "summary", NULL };

#define TOP_LIST(word, form_, field, map_, help_)                                                  \
    {                                                                                              \
        .spec = { word, .help = help_ }, .form = form_, FIELD(ScenarioConfig, field), .map = map_  \
    }

static const ScenarioKey top_keys[] = {
    { .spec = { "wirelab", SIM_UNIT_NUMBER, 1, 1, 1, true,
                .help = N_("The version of this format: 1.") },
      FIELD(ScenarioConfig, version) },
    { .spec = { "name", SIM_UNIT_TEXT,
                .help =
                    N_("The name of the scenario and its runs; that of the file if not given.") },
      FIELD(ScenarioConfig, name),
      .syntax = SCENARIO_SYNTAX_FILE },
    { .spec = { "title", .help = N_("What the scenario is called.") },
      .form = SCENARIO_FORM_MAP,
      FIELD(ScenarioConfig, title),
      .map = &title_map },
    { .spec = { "about", .help = N_("A short explanation.") },
      .form = SCENARIO_FORM_MAP,
      FIELD(ScenarioConfig, about),
      .map = &title_map },
    { .spec = { "include", SIM_UNIT_TEXT,
                .help = N_("Files whose keys hold where this file does not say otherwise; maps are "
                           "joined, anything else is replaced.") },
      .form = SCENARIO_FORM_INCLUDE,
      .consumed = true },
    { .spec = { "seed", SIM_UNIT_NUMBER, 1, 0, INT64_C(999999999999999999),
                .help = N_("Everything random follows from it.") },
      FIELD(ScenarioConfig, seed) },
    { .spec = { "stop", SIM_UNIT_DURATION, 3600 * INT64_C(1000000000), 1, MAX_NS,
                .help = N_("When the run ends, if it is not over before.") },
      FIELD(ScenarioConfig, stop_ns) },
    { .spec = { "lang", SIM_UNIT_WORD, 0, .words = lang_words,
                .help = N_("The language of the files a run leaves.") },
      FIELD(ScenarioConfig, lang) },
    { .spec = { "record", SIM_UNIT_WORD, 0, .words = record_words,
                .help = N_("How much is recorded; auto: everything, unless the run is large.") },
      FIELD(ScenarioConfig, record) },
    { .spec = { "outputs", SIM_UNIT_WORD, 0, 0, 100, .words = output_words,
                .help = N_("Which files a run leaves; all if not given.") },
      .form = SCENARIO_FORM_VALUES,
      FIELD(ScenarioConfig, outputs) },
    { .spec = { "captures", SIM_UNIT_TEXT, 0, 0, MAX_COUNT,
                .help = N_("Hosts that get a capture of their own; the first 16 if not given.") },
      .form = SCENARIO_FORM_VALUES,
      FIELD(ScenarioConfig, captures),
      .syntax = SCENARIO_SYNTAX_HOST },
    { .spec = { "routing", SIM_UNIT_WORD, 0, .words = routing_words,
                .help = N_("Routes are computed for the fewest hops or the shortest delay, or not "
                           "at all.") },
      FIELD(ScenarioConfig, routing) },
    { .spec = { "topology",
                .help = N_("A ready-made network; hosts and links may say more of its parts.") },
      .form = SCENARIO_FORM_MAP,
      FIELD(ScenarioConfig, topology),
      .map = &topology_map,
      .consumed = true },
    { .spec = { "hosts", .help = N_("Hosts, routers and switches.") },
      .form = SCENARIO_FORM_NAMED,
      FIELD(ScenarioConfig, hosts),
      .map = &scenario_map_host,
      .syntax = SCENARIO_SYNTAX_NAME },
    { .spec = { "links", .help = N_("Wires between them.") },
      .form = SCENARIO_FORM_NAMED,
      FIELD(ScenarioConfig, links),
      .map = &scenario_map_link,
      .syntax = SCENARIO_SYNTAX_NAME },
    { .spec = { "apps", .help = N_("Programs on the hosts.") },
      .form = SCENARIO_FORM_NAMED,
      FIELD(ScenarioConfig, apps),
      .map = &programs_map,
      .syntax = SCENARIO_SYNTAX_HOST },
    TOP_LIST("faults", SCENARIO_FORM_LIST, faults, &fault_map, N_("Mishaps by plan.")),
    TOP_LIST("inject", SCENARIO_FORM_LIST, inject, &inject_map, N_("Handmade segments.")),
    TOP_LIST("events", SCENARIO_FORM_LIST, events, &event_map, N_("Changes during the run.")),
    TOP_LIST("expect", SCENARIO_FORM_LIST, expect, &expect_map,
             N_("What must be true at the end; else the run fails.")),
    { .spec = { NULL } },
};

const ScenarioMap scenario_map_top = {
    .title = N_("the scenario"),
    .keys = top_keys,
    .bytes = sizeof(ScenarioConfig),
};

static const ScenarioKey profile_keys[] = {
    { .spec = { "wirelab", SIM_UNIT_NUMBER, 1, 1, 1, .help = N_("The version of this format: 1.") },
      FIELD(ScenarioConfig, version) },
    { .spec = { "about", .help = N_("What the profile stands for.") },
      .form = SCENARIO_FORM_MAP,
      FIELD(ScenarioConfig, about),
      .map = &title_map },
    { .spec = { "source", SIM_UNIT_TEXT, 0, 0, 100, .required = true,
                .help = N_("Where its numbers come from.") },
      .form = SCENARIO_FORM_VALUES,
      FIELD(ScenarioConfig, outputs) },
    { .spec = { "host", .help = N_("Defaults of a host.") }, .form = SCENARIO_FORM_INCLUDE },
    { .spec = { "link", .help = N_("Defaults of a link.") }, .form = SCENARIO_FORM_INCLUDE },
    { .spec = { "queue", .help = N_("Defaults of a queue.") }, .form = SCENARIO_FORM_INCLUDE },
    { .spec = { NULL } },
};

const ScenarioMap scenario_map_profile = {
    .title = N_("the profile"),
    .keys = profile_keys,
    .bytes = sizeof(ScenarioConfig),
};

static const ScenarioSyntaxInfo syntaxes[SCENARIO_N_SYNTAXES] = {
    [SCENARIO_SYNTAX_ANY] = { N_("a text"), NULL },
    [SCENARIO_SYNTAX_NAME] = { N_("a name, like web-server: a letter, then letters, digits and "
                                  "'-', "
                                  "all lower case"),
                               "^[a-z][a-z0-9-]*$" },
    [SCENARIO_SYNTAX_FILE] = { N_("a name for a file: letters, digits, '.', '_' and '-'"),
                               "^[A-Za-z0-9_][A-Za-z0-9._-]*$" },
    [SCENARIO_SYNTAX_HOST] = { N_("a name, like server, sender.7 or sender.*"),
                               "^[a-z][a-z0-9-]*(\\.([1-9][0-9]*|\\*))?$" },
    [SCENARIO_SYNTAX_END] = { N_("a host, or 1 or 2"),
                              "^([12]|[a-z][a-z0-9-]*(\\.([1-9][0-9]*|\\*))?)$" },
    [SCENARIO_SYNTAX_CONN] = { N_("a connection, like client-server-80, or a host"),
                               "^[a-z0-9.-]+$" },
    [SCENARIO_SYNTAX_ADDRESS] = { N_("an address, like 10.0.1.2"),
                                  "^[0-9]{1,3}(\\.[0-9]{1,3}){3}$" },
    [SCENARIO_SYNTAX_PREFIX] = { N_("a network, like 10.0.1.0/24"),
                                 "^[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2}$" },
    [SCENARIO_SYNTAX_NETWORK] = { N_("a network, like 10.0.1.0/24, or default"),
                                  "^(default|[0-9]{1,3}(\\.[0-9]{1,3}){3}/[0-9]{1,2})$" },
    [SCENARIO_SYNTAX_MAC] = { N_("a MAC address, like 02:00:00:00:00:01"),
                              "^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}$" },
    [SCENARIO_SYNTAX_HEX] = { N_("octets in hexadecimal, like 4500 0028"),
                              "^([0-9a-fA-F]{2} *)+$" },
};

const ScenarioSyntaxInfo *scenario_syntax_get(ScenarioSyntax syntax)
{
    g_assert((unsigned)syntax < SCENARIO_N_SYNTAXES);
    return &syntaxes[syntax];
}

int64_t scenario_key_fallback(const ScenarioKey *key)
{
    if (key->tcp_get != NULL) {
        TcpConfig config;
        tcp_config_init(&config);
        return key->tcp_get(&config);
    }
    if (key->inet_get != NULL) {
        InetConfig config;
        inet_config_init(&config);
        return key->inet_get(&config);
    }
    return key->spec.fallback;
}

const char *scenario_key_word(const ScenarioKey *key, size_t i)
{
    return key->names != NULL ? key->names->name(i) : key->spec.words[i];
}

const ScenarioKey *scenario_map_find(const ScenarioMap *map, const char *name)
{
    for (const ScenarioKey *key = map->keys; key->spec.name != NULL; key++) {
        if (g_str_equal(key->spec.name, name)) {
            return key;
        }
    }
    return NULL;
}
