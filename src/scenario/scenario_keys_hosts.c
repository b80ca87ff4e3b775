/* Keys of `hosts:`, with their `ip:` and `arp:`, whose defaults are those of the stack itself and
 * are read from it. */

#include "scenario/scenario_keys_table.h"

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

const char *const scenario_host_kinds[] = { "host", "router", "switch", NULL };

static const ScenarioKey host_keys[] = {
    { .spec = { "kind", SIM_UNIT_WORD, SCENARIO_HOST, .words = scenario_host_kinds,
                .help = N_("A host runs programs; a router also forwards datagrams; a switch "
                           "forwards frames and has no address.") },
      FIELD(ScenarioHost, kind) },
    { .spec = { "count", SIM_UNIT_NUMBER, 0, 1, MAX_COUNT,
                .help = N_("Makes a family of so many: sender.1, sender.2, ...") },
      FIELD(ScenarioHost, count),
      .special = scenario_word_none_0 },
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
