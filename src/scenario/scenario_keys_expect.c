/* Keys of `expect:`: what must be true when the run is over. */

#include "scenario/scenario_keys_table.h"

#include "net/net_probe.h"
#include "scenario/scenario_judge.h"

static const char *state_name(size_t i)
{
    return i < TCP_N_STATES ? tcp_state_to_string((TcpState)i) : NULL;
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
    [INET_DISCARD_FRAGMENT_ECN] = "fragment-ecn",
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

static const ScenarioParts state_names = { state_name, NULL };
static const ScenarioParts cause_names = { cause_name, NULL };

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
static const ScenarioKey marks_keys[] = {
    LINK_ROW(ScenarioExpect, false),
    TOWARD_ROW(ScenarioExpect, false),
    BOUND_ROWS(SIM_UNIT_NUMBER, MAX_BYTES),
    { .spec = { NULL } },
};
static const ScenarioMap marks_map = { .title = N_("expected marks"), .keys = marks_keys };

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
    EXPECT("marks", &marks_map, SCENARIO_EXPECT_MARKS,
           N_("Packets that a queue marked: congestion experienced (CE).")),
    EXPECT("ce-received", &count_map, SCENARIO_EXPECT_CE_RECEIVED,
           N_("Marked segments that an end received.")),
    EXPECT("ece-sent", &count_map, SCENARIO_EXPECT_ECE_SENT,
           N_("Segments with ECE that an end sent after the handshake.")),
    EXPECT("ecn-reductions", &count_map, SCENARIO_EXPECT_ECN_REDUCTIONS,
           N_("How often an end reduced its window because of marks.")),
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

const ScenarioMap scenario_map_expect = {
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
