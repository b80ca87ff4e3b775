/* Keys of `faults:`, `inject:` and `events:`: what befalls packets, links and hosts by plan. */

#include "scenario/scenario_keys_table.h"

static const ScenarioWord word_drawn[] = { { "random", UINT32_MAX }, { NULL } };

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
      .special = scenario_word_all_0 },
    { .spec = { "to-port", SIM_UNIT_NUMBER, 0, 1, 65535, .help = N_("Its destination port.") },
      FIELD(ScenarioMatch, to_port),
      .special = scenario_word_all_0 },
    MATCH_ROW("retransmission", SIM_UNIT_BOOL, retransmission, 0, 0, 1,
              .help = N_("Only segments that repeat an earlier one.")),
    { .spec = { "retransmission-of", SIM_UNIT_NUMBER, 0, 1, MAX_U32,
                .help =
                    N_("Only those that repeat the n-th of the packets that match otherwise.") },
      FIELD(ScenarioMatch, retransmission_of),
      .special = scenario_word_all_0 },
    MATCH_ROW("from-byte", SIM_UNIT_NUMBER, stream_from, 0, 0, MAX_BYTES,
              .help = N_("Only segments with payload at or after this byte of the stream.")),
    { .spec = { "to-byte", SIM_UNIT_NUMBER, 0, 1, MAX_BYTES,
                .help = N_("Only segments with payload before this byte of the stream.") },
      FIELD(ScenarioMatch, stream_to),
      .special = scenario_word_all_0 },
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
      .special = scenario_word_all_0 },
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

const ScenarioMap scenario_map_fault = {
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
                .help = N_("The connection whose initial sequence numbers its numbers count from, "
                           "or a host that has one only; they are absolute if not given.") },
      FIELD(ScenarioInject, of),
      .syntax = SCENARIO_SYNTAX_CONN },
    { .spec = { "raw", SIM_UNIT_TEXT,
                .help = N_("Instead of a segment: the octets of the frame in hexadecimal.") },
      FIELD(ScenarioInject, raw),
      .syntax = SCENARIO_SYNTAX_HEX },
    { .spec = { NULL } },
};

const ScenarioMap scenario_map_inject = {
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

const ScenarioMap scenario_map_event = {
    .title = N_("an event"),
    .named = N_("event %s"),
    .keys = event_keys,
    .bytes = sizeof(ScenarioEvent),
};
