/* The top of the table: the keys of a whole scenario and of a profile. Those of its parts stand in
 * scenario_keys_*.c. */

#include "scenario/scenario_keys_table.h"

const ScenarioWord scenario_word_auto_0[] = { { "auto", 0 }, { NULL } };
const ScenarioWord scenario_word_none_0[] = { { "none", 0 }, { NULL } };
const ScenarioWord scenario_word_forever_0[] = { { "forever", 0 }, { NULL } };
const ScenarioWord scenario_word_all_0[] = { { "all", 0 }, { NULL } };

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
                .help = N_(
                    "How much is recorded; auto: everything, but connections without packets, or a "
                    "summary alone, where the trace would go past 2,000,000 lines.") },
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
      .map = &scenario_map_topology,
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
      .map = &scenario_map_programs,
      .syntax = SCENARIO_SYNTAX_HOST },
    TOP_LIST("faults", SCENARIO_FORM_LIST, faults, &scenario_map_fault, N_("Mishaps by plan.")),
    TOP_LIST("inject", SCENARIO_FORM_LIST, inject, &scenario_map_inject, N_("Handmade segments.")),
    TOP_LIST("events", SCENARIO_FORM_LIST, events, &scenario_map_event,
             N_("Changes during the run.")),
    TOP_LIST("expect", SCENARIO_FORM_LIST, expect, &scenario_map_expect,
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

size_t scenario_key_word_count(const ScenarioKey *key)
{
    size_t count = 0;
    while (scenario_key_word(key, count) != NULL) {
        count++;
    }
    return count;
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
