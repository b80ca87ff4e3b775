/* Keys of `tcp:`. Their defaults are those of the stack itself and are read from it. */

#include "scenario/scenario_keys_table.h"

#include "tcp/tcp_variant.h"

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

static const char *hystart_name(size_t i)
{
    const TcpSlowStartOps *ops = i == 0 ? NULL : tcp_slow_start_registry()[i - 1];
    return i == 0 ? "off" : ops == NULL ? NULL : ops->name;
}

static const ScenarioParts congestion_parts = { congestion_name, congestion_params };
static const ScenarioParts recovery_names = { recovery_name, NULL };
static const ScenarioParts hystart_names = { hystart_name, NULL };

static const ScenarioWord word_random[] = { { "random", -1 }, { NULL } };

#define TCP_KEYS(KEY)                                                                              \
    KEY(mss_bytes, uint32_t, "mss", SIM_UNIT_BYTES, 16, 65495, scenario_word_auto_0,               \
        N_("The maximum segment size to announce; auto: what the MTU of the link leaves."))        \
    KEY(receive_buffer_bytes, uint32_t, "receive-buffer", SIM_UNIT_BYTES, 1, 1 << 30, NULL,        \
        N_("The receive buffer: the largest window that can be offered."))                         \
    KEY(receive_buffer_max_bytes, uint32_t, "receive-buffer-max", SIM_UNIT_BYTES, 0, 1 << 30,      \
        scenario_word_none_0,                                                                      \
        N_("The receive buffer counts the memory of segments, headers and all, as Linux's does; "  \
           "it grows up to this size with what the program reads. None: payload alone counts, "    \
           "and it does not grow."))                                                               \
    KEY(send_buffer_bytes, uint32_t, "send-buffer", SIM_UNIT_BYTES, 1, 1 << 30, NULL,              \
        N_("The send buffer: what a program may write before the peer acknowledges it."))          \
    KEY(sack, bool, "sack", SIM_UNIT_BOOL, 0, 1, NULL,                                             \
        N_("Selective acknowledgments (RFC 2018)."))                                               \
    KEY(timestamps, bool, "timestamps", SIM_UNIT_BOOL, 0, 1, NULL,                                 \
        N_("The timestamps option (RFC 7323)."))                                                   \
    KEY(timestamps_required, bool, "timestamps-required", SIM_UNIT_BOOL, 0, 1, NULL,               \
        N_("Whether a segment without the timestamps that were agreed is dropped (RFC 7323 3.2)."))\
    KEY(window_scaling, bool, "window-scaling", SIM_UNIT_BOOL, 0, 1, NULL,                         \
        N_("The window scale option (RFC 7323)."))                                                 \
    KEY(nagle, bool, "nagle", SIM_UNIT_BOOL, 0, 1, NULL,                                           \
        N_("Nagle's algorithm: small segments wait until all is acknowledged (RFC 9293 3.7.4)."))  \
    KEY(minshall, bool, "minshall", SIM_UNIT_BOOL, 0, 1, NULL,                                     \
        N_("Nagle's algorithm as Minshall changed it: a small segment waits only while another "   \
           "small one is unacknowledged."))                                                        \
    KEY(offload, bool, "offload", SIM_UNIT_BOOL, 0, 1, NULL,                                       \
        N_("Data leaves in bursts of two segments and more, each ended by PSH, as Linux's "        \
           "segmentation offload makes them."))                                                    \
    KEY(delayed_ack, bool, "delayed-ack", SIM_UNIT_BOOL, 0, 1, NULL,                               \
        N_("Delayed acknowledgments (RFC 9293 3.8.6.3)."))                                         \
    KEY(delayed_fin_ack, bool, "delayed-fin-ack", SIM_UNIT_BOOL, 0, 1, NULL,                       \
        N_("Whether the ACK of a FIN waits too, so that a program that closes at once gets it "    \
           "onto its own FIN."))                                                                   \
    KEY(delayed_ack_ns, int64_t, "delayed-ack-time", SIM_UNIT_DURATION, 0, 499999999, NULL,        \
        N_("How long an acknowledgment may wait; less than 500 ms (MUST-40)."))                    \
    KEY(quick_ack, bool, "quick-ack", SIM_UNIT_BOOL, 0, 1, NULL,                                   \
        N_("Acknowledgments follow the pace of the data, as in Linux: at once at first and after " \
           "silence, with the answer where the program answers, else within 40 to 200 ms."))       \
    KEY(initial_rto_ns, int64_t, "initial-rto", SIM_UNIT_DURATION, 1000, MAX_NS, NULL,             \
        N_("The retransmission timeout before the first measurement (RFC 6298)."))                 \
    KEY(min_rto_ns, int64_t, "min-rto", SIM_UNIT_DURATION, 1000, MAX_NS, NULL,                     \
        N_("The shortest retransmission timeout."))                                                \
    KEY(floored_rto, bool, "floored-rto", SIM_UNIT_BOOL, 0, 1, NULL,                               \
        N_("The retransmission timeout is at least min-rto above the smoothed round-trip time, "   \
           "as in Linux."))                                                                        \
    KEY(max_rto_ns, int64_t, "max-rto", SIM_UNIT_DURATION, 1000, MAX_NS, NULL,                     \
        N_("The longest retransmission timeout."))                                                 \
    KEY(initial_window_segments, uint32_t, "initial-window", SIM_UNIT_NUMBER, 0, 1000,             \
        scenario_word_auto_0, N_("The initial congestion window in segments; auto: by RFC 6928.")) \
    KEY(time_wait_reuse, bool, "time-wait-reuse", SIM_UNIT_BOOL, 0, 1, NULL,                       \
        N_("Whether a newer SYN may open a connection that is in TIME-WAIT (RFC 6191)."))          \
    KEY(r1_retries, uint32_t, "r1-retries", SIM_UNIT_NUMBER, 0, 1000, NULL,                        \
        N_("Retransmissions after which the program is told (R1, RFC 9293 3.8.3)."))               \
    KEY(r2_retries, uint32_t, "r2-retries", SIM_UNIT_NUMBER, 0, 1000, scenario_word_forever_0,     \
        N_("Retransmissions after which the connection is given up (R2)."))                        \
    KEY(r2_ns, int64_t, "r2-time", SIM_UNIT_DURATION, 0, MAX_NS, scenario_word_none_0,             \
        N_("Time after which unacknowledged data makes the connection be given up."))              \
    KEY(syn_r2_ns, int64_t, "syn-r2-time", SIM_UNIT_DURATION, 0, MAX_NS, scenario_word_none_0,     \
        N_("The same for a SYN; at least 3 minutes by the standard (MUST-23)."))                   \
    KEY(user_timeout_ns, int64_t, "user-timeout", SIM_UNIT_DURATION, 0, MAX_NS,                    \
        scenario_word_none_0,                                                                      \
        N_("The user timeout: data that stays unacknowledged for so long ends the connection."))   \
    KEY(fast_open_cookies, bool, "fast-open-cookies", SIM_UNIT_BOOL, 0, 1, NULL,                   \
        N_("Whether Fast Open takes a cookie; without, clients send and servers take data on "     \
           "any SYN."))                                                                            \
    KEY(fast_open_pending, uint32_t, "fast-open-pending", SIM_UNIT_NUMBER, 0, MAX_COUNT, NULL,     \
        N_("Connections of a listener that may be open by Fast Open before their handshake is "    \
           "done; past that, SYNs are ordinary ones (RFC 7413 5.1)."))                             \
    KEY(fast_open_hold_off_ns, int64_t, "fast-open-hold-off", SIM_UNIT_DURATION, 0, MAX_NS,        \
        scenario_word_none_0,                                                                      \
        N_("How long a client tries no Fast Open with a server where it has failed (RFC 7413 "     \
           "4.1.3.1)."))                                                                           \
    KEY(syn_data, bool, "syn-data", SIM_UNIT_BOOL, 0, 1, NULL,                                     \
        N_("Whether data on a SYN without Fast Open is kept for after the handshake (RFC 9293 "    \
           "3.10.7.2), or left to be sent again."))                                                \
    KEY(user_timeout_option, bool, "user-timeout-option", SIM_UNIT_BOOL, 0, 1, NULL,               \
        N_("Whether the peer is told of the user timeout, and its own adopted (RFC 5482)."))       \
    KEY(advertised_user_timeout_ns, int64_t, "advertised-user-timeout", SIM_UNIT_DURATION,         \
        SIM_NS_PER_S, MAX_NS, NULL, N_("What the peer is told where no user-timeout is set."))     \
    KEY(least_user_timeout_ns, int64_t, "least-user-timeout", SIM_UNIT_DURATION, SIM_NS_PER_S,     \
        MAX_NS, NULL, N_("The shortest user timeout to adopt (L_LIMIT of RFC 5482)."))             \
    KEY(most_user_timeout_ns, int64_t, "most-user-timeout", SIM_UNIT_DURATION, SIM_NS_PER_S,       \
        MAX_NS, NULL, N_("The longest user timeout to adopt (U_LIMIT of RFC 5482)."))              \
    KEY(verify_path_mtu, bool, "verify-path-mtu", SIM_UNIT_BOOL, 0, 1, NULL,                       \
        N_("Whether an ICMP message that asks for shorter segments than were acknowledged waits "  \
           "for a time-out to confirm it: it may be forged (RFC 5927 7.2)."))                      \
    KEY(black_hole_detection, bool, "black-hole-detection", SIM_UNIT_BOOL, 0, 1, NULL,             \
        N_("Whether segments become shorter when the same one has timed out r1-retries times: "    \
           "long ones may vanish without an ICMP message (RFC 4821)."))                            \
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
    KEY(syn_backlog, uint32_t, "syn-backlog", SIM_UNIT_NUMBER, 0, MAX_COUNT, scenario_word_auto_0, \
        N_("Connections in SYN-RCVD that a listener keeps; auto: they count in the backlog."))     \
    KEY(slow_start_after_idle, bool, "slow-start-after-idle", SIM_UNIT_BOOL, 0, 1, NULL,           \
        N_("Whether the window shrinks to the restart window after idleness (RFC 5681 4.1)."))     \
    KEY(pacing, bool, "pacing", SIM_UNIT_BOOL, 0, 1, NULL,                                         \
        N_("Segments leave one by one, at 2 or 1.2 times the window in a round trip; an "          \
           "algorithm that sets its own rate is always paced."))                                   \
    KEY(validation, bool, "window-validation", SIM_UNIT_BOOL, 0, 1, NULL,                          \
        N_("The congestion window grows only while it is used, and shrinks step by step while "    \
           "the program leaves it unused, as in Linux."))                                          \
    KEY(limited_transmit, bool, "limited-transmit", SIM_UNIT_BOOL, 0, 1, NULL,                     \
        N_("New data on the first two duplicate acknowledgments (RFC 3042)."))                     \
    KEY(prr, bool, "prr", SIM_UNIT_BOOL, 0, 1, NULL,                                               \
        N_("Proportional rate reduction: recovery with SACK spreads its sending (RFC 9937)."))     \
    KEY(whole_segments, bool, "prr-whole-segments", SIM_UNIT_BOOL, 0, 1, NULL,                     \
        N_("Proportional rate reduction counts segments, not bytes, as in Linux."))                \
    KEY(timer_slack_ns, int64_t, "timer-slack", SIM_UNIT_DURATION, 0, 999999999, NULL,             \
        N_("How much longer the timers of RACK and of the tail loss probe run."))                  \
    KEY(linux_rack, bool, "linux-rack", SIM_UNIT_BOOL, 0, 1, NULL,                                 \
        N_("RACK looks at what an ACK SACKs before what it acknowledges, and has one timer for "   \
           "all that wait, as in Linux."))                                                         \
    KEY(bare_probes, bool, "bare-probes", SIM_UNIT_BOOL, 0, 1, NULL,                               \
        N_("A closed window is probed by an old sequence number without data."))                   \
    KEY(reset_acks, bool, "reset-acks", SIM_UNIT_BOOL, 0, 1, NULL,                                 \
        N_("The RST of an abort acknowledges what has arrived."))                                  \
    KEY(sack_fin, bool, "sack-fin", SIM_UNIT_BOOL, 0, 1, NULL,                                     \
        N_("SACK blocks count a FIN that arrived early."))                                         \
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

/* Those whose value is a word. */
#define TCP_WORD_KEYS(KEY)                                                                         \
    KEY(ecn, TcpEcnUse, "ecn", ecn_words,                                                          \
        N_("Explicit congestion notification (RFC 3168): accept: where the peer asks for it; on: " \
           "asks for it too; accurate: asks for each mark to be told (RFC 9768)."))                \
    KEY(syn_cookies, uint8_t, "syn-cookies", syn_cookies_words,                                    \
        N_("Whether a listener answers SYNs with cookies and keeps nothing of them: never, when "  \
           "its queue is full, or always (RFC 4987)."))                                            \
    KEY(fast_open, uint8_t, "fast-open", fast_open_words,                                          \
        N_("Fast Open (RFC 7413): data on the SYN for a client that has the server's cookie."))

/* In the order of TcpEcnUse. */
static const char *const ecn_words[] = { "off", "accept", "on", "accurate", NULL };

static const char *const syn_cookies_words[] = { "off", "on-overflow", "always", NULL };
/* By the bits of TCP_FAST_OPEN_*. */
static const char *const fast_open_words[] = { "off", "client", "server", "both", NULL };

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
TCP_WORD_KEYS(TCP_ACCESS)

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
enum { TCP_KEYS(TCP_PLACE) TCP_WORD_KEYS(TCP_PLACE) TCP_PLACE_time_wait, TCP_N_PLACES };
G_STATIC_ASSERT(TCP_N_PLACES <= SCENARIO_STACK_MAX_KEYS);

#define TCP_ROW(field, type, word, unit_, min_, max_, special_, help_)                             \
    { .spec = { .name = word, .unit = unit_, .min = min_, .max = max_, .help = help_ },            \
      .offset = offsetof(ScenarioTcp, values) + TCP_PLACE_##field * sizeof(ScenarioValue),         \
      .special = special_,                                                                         \
      .tcp_get = get_tcp_##field,                                                                  \
      .tcp_set = set_tcp_##field },

#define TCP_WORD_ROW(field, type, word, words_, help_)                                             \
    { .spec = { .name = word, .unit = SIM_UNIT_WORD, .words = words_, .help = help_ },             \
      .offset = offsetof(ScenarioTcp, values) + TCP_PLACE_##field * sizeof(ScenarioValue),         \
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
      .modules = true,
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
    TCP_KEYS(TCP_ROW) TCP_WORD_KEYS(TCP_WORD_ROW)
        TCP_ROW(time_wait, int64_t, "time-wait", SIM_UNIT_DURATION, 2, MAX_NS, NULL,
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
    { .spec = { "hystart", SIM_UNIT_WORD, 0,
                .help =
                    N_("Whether slow start ends when the round-trip time rises, before anything "
                       "is lost; plus-plus: HyStart++ (RFC 9406).") },
      FIELD(ScenarioTcp, hystart),
      .names = &hystart_names },
    { .spec = { NULL } },
};

const ScenarioMap scenario_map_tcp = {
    .title = N_("the TCP of a host"),
    .keys = tcp_keys,
    .bytes = sizeof(ScenarioTcp),
};
