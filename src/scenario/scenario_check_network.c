#include "scenario/scenario_check_network.h"

#include "scenario/scenario_keys.h"

/* A given address without a given network is on the /24 around it. */
#define IMPLIED_BITS 24
#define MAX_BITS 30

/* A network whose prefix is given. */
typedef struct Given {
    const ScenarioLink *link; /* the first that gives it */
    ScenarioMark mark;        /* of the value that does */
    uint32_t base, last;      /* its addresses; base == last: no prefix is given */
    uint32_t stations;
    uint32_t turn; /* whose turn it is, counted as the world does */
    uint8_t bits;
} Given;

typedef struct Checker {
    const ScenarioPlan *plan;
    ScenarioDiag *diag;
    Given *given;          /* by network */
    GHashTable *addresses; /* of const ScenarioStation, by address */
    GHashTable *macs;      /* of const ScenarioStation, by network and MAC address */
} Checker;

typedef char Text[INET_ADDR_TEXT_BYTES];

static const char *format(uint32_t v4, Text out_text)
{
    inet_addr_format(inet_addr_v4(v4), out_text);
    return out_text;
}

static void report_syntax(const ScenarioValue *value, ScenarioSyntax syntax, ScenarioDiag *diag)
{
    scenario_diag_error(diag, value->mark, N_("'%s' is not %s"), value->text,
                        lang_text(scenario_diag_lang(diag), scenario_syntax_get(syntax)->describe));
}

bool scenario_check_address(const ScenarioValue *value, ScenarioDiag *diag, InetAddr *out_addr)
{
    if (inet_addr_parse(value->text, out_addr)) {
        return true;
    }
    report_syntax(value, SCENARIO_SYNTAX_ADDRESS, diag);
    return false;
}

static bool parse_prefix(const char *text, InetAddr *out_network, uint8_t *out_bits)
{
    g_auto(GStrv) parts = g_strsplit(text, "/", 2);
    guint64 bits = 0;
    bool fine = inet_addr_parse(parts[0], out_network) &&
                g_ascii_string_to_unsigned(parts[1], 10, 1, MAX_BITS, &bits, NULL);
    *out_bits = (uint8_t)bits;
    return fine;
}

bool scenario_check_prefix(const ScenarioValue *value, ScenarioDiag *diag, InetAddr *out_network,
                           uint8_t *out_bits)
{
    if (!parse_prefix(value->text, out_network, out_bits)) {
        report_syntax(value, SCENARIO_SYNTAX_PREFIX, diag);
        return false;
    }
    InetAddr masked = inet_addr_mask(*out_network, *out_bits);
    if (!inet_addr_equal(masked, *out_network)) {
        Text text;
        scenario_diag_error(
            diag, value->mark, N_("'%s' has bits behind its prefix; the network is %s/%u"),
            value->text, format(inet_addr_to_v4(masked), text), (unsigned)*out_bits);
        return false;
    }
    return true;
}

/* Which networks are given */

static bool is_given(const Given *given)
{
    return given->base != given->last;
}

static Given make_given(const ScenarioLink *link, ScenarioMark mark, InetAddr addr, uint8_t bits)
{
    uint32_t base = inet_addr_to_v4(inet_addr_mask(addr, bits));
    return (Given){
        .link = link, .mark = mark, .base = base, .last = base | UINT32_MAX >> bits, .bits = bits
    };
}

/* What a member of a link says of its network: by `network`, or by an address. */
static Given given_by(const ScenarioStation ends[2])
{
    const ScenarioLink *link = ends[0].link;
    InetAddr addr;
    uint8_t bits = 0;
    if (link->network.given) {
        return parse_prefix(link->network.text, &addr, &bits)
                   ? make_given(link, link->network.mark, addr, bits)
                   : (Given){ 0 };
    }
    for (unsigned side = 0; side < 2; side++) {
        if (ends[side].address != NULL && inet_addr_parse(ends[side].address->text, &addr)) {
            return make_given(link, ends[side].address->mark, addr, IMPLIED_BITS);
        }
    }
    return (Given){ 0 };
}

static void find_given(const Checker *checker)
{
    for (uint32_t i = 0; i < checker->plan->station_count; i += 2) {
        const ScenarioStation *ends = &checker->plan->stations[i];
        Given *given = &checker->given[ends[0].network];
        const Given said = given_by(ends);
        if (!is_given(given)) {
            uint32_t stations = given->stations;
            *given = said;
            given->stations = stations;
        } else if (ends[0].link->network.given && is_given(&said) &&
                   (said.base != given->base || said.bits != given->bits)) {
            Text text;
            scenario_diag_error(checker->diag, said.mark,
                                N_("a switch joins link '%s' to link '%s', whose network is %s/%u; "
                                   "give one of them no network, or the same"),
                                ends[0].link->head.name, given->link->head.name,
                                format(given->base, text), (unsigned)given->bits);
        }
        for (unsigned side = 0; side < 2; side++) {
            given->stations += ends[side].host->kind.number != SCENARIO_SWITCH;
        }
    }
}

/* Networks that hosts cannot have */

typedef struct Reserved {
    uint32_t base, last;
    const char *what;
} Reserved;

static const Reserved reserved[] = {
    { 0x00000000, 0x00ffffff, N_("addresses that stand for no host (0.0.0.0/8)") },
    { 0x7f000000, 0x7fffffff, N_("loopback addresses (127.0.0.0/8)") },
    { 0xe0000000, 0xefffffff, N_("multicast addresses (224.0.0.0/4)") },
    { 0xf0000000, 0xffffffff, N_("reserved addresses of class E (240.0.0.0/4)") },
};

static void check_reserved(const Checker *checker, const Given *given)
{
    for (size_t i = 0; i < G_N_ELEMENTS(reserved); i++) {
        if (given->base <= reserved[i].last && given->last >= reserved[i].base) {
            Text text;
            scenario_diag_error(checker->diag, given->mark,
                                N_("the network %s/%u holds %s; write one like 10.9.0.0/24"),
                                format(given->base, text), (unsigned)given->bits,
                                lang_text(scenario_diag_lang(checker->diag), reserved[i].what));
            return;
        }
    }
}

/* The widest of the longer prefixes that has room for so many stations. */
static void check_room(const Checker *checker, const Given *given)
{
    uint64_t room = (uint64_t)given->last - given->base - 1;
    if (given->stations <= room) {
        return;
    }
    uint8_t bits = given->bits;
    while (bits > 1 && (UINT64_C(1) << (32 - bits)) - 2 < given->stations) {
        bits--;
    }
    Text text, wide;
    scenario_diag_error(
        checker->diag, given->mark,
        N_("the network %s/%u has room for %u addresses, but %u hosts are on it; write %s/%u"),
        format(given->base, text), (unsigned)given->bits, (unsigned)room, given->stations,
        format(inet_addr_to_v4(inet_addr_mask(inet_addr_v4(given->base), bits)), wide),
        (unsigned)bits);
}

static gint compare_given(gconstpointer a, gconstpointer b)
{
    const Given *left = *(const Given *const *)a;
    const Given *right = *(const Given *const *)b;
    if (left->base != right->base) {
        return left->base < right->base ? -1 : 1;
    }
    if (left->bits != right->bits) {
        return left->bits < right->bits ? -1 : 1;
    }
    return left < right ? -1 : left > right; /* of one array, in the order of networks */
}

static void report_overlap(const Checker *checker, const Given *first, const Given *second)
{
    Text text, other;
    if (first->link == second->link) {
        scenario_diag_error(checker->diag, second->mark,
                            N_("link '%s' is many links, and each needs a network of its own; "
                               "without this each gets one"),
                            second->link->head.name);
        return;
    }
    scenario_diag_error(checker->diag, second->mark,
                        N_("the network %s/%u of link '%s' overlaps %s/%u of link '%s'; links that "
                           "no switch joins need networks of their own"),
                        format(second->base, text), (unsigned)second->bits, second->link->head.name,
                        format(first->base, other), (unsigned)first->bits, first->link->head.name);
}

/* Networks lie within each other or apart. */
static void check_overlaps(const Checker *checker)
{
    g_autoptr(GPtrArray) sorted = g_ptr_array_new();
    for (uint32_t i = 0; i < checker->plan->network_count; i++) {
        if (is_given(&checker->given[i])) {
            g_ptr_array_add(sorted, &checker->given[i]);
        }
    }
    g_ptr_array_sort(sorted, compare_given);
    const Given *wide = NULL;
    for (guint i = 0; i < sorted->len; i++) {
        const Given *given = sorted->pdata[i];
        if (wide == NULL || given->base > wide->last) {
            wide = given;
            continue;
        }
        report_overlap(checker, MIN(wide, given), MAX(wide, given));
    }
}

/* Addresses */

/* Tells which addresses the hosts of the network have. */
static void report_address(const Checker *checker, const ScenarioValue *value, const Given *given,
                           const char *wrong)
{
    Text network, first, last;
    scenario_diag_error(checker->diag, value->mark, wrong, value->text,
                        format(given->base, network), (unsigned)given->bits,
                        format(given->base + 1, first), format(given->last - 1, last));
}

static void report_twice(const Checker *checker, const ScenarioStation *first,
                         const ScenarioValue *was, const ScenarioValue *value)
{
    if (was == value) {
        scenario_diag_error(checker->diag, value->mark,
                            N_("'%s' cannot be the address of each member; name one, like %s.1"),
                            value->text, first->host->head.name);
    } else {
        scenario_diag_error(checker->diag, value->mark,
                            N_("the address '%s' stands here twice, first in line %u"), value->text,
                            was->mark.line);
    }
}

static void check_address(const Checker *checker, const ScenarioStation *station)
{
    const Given *given = &checker->given[station->network];
    const ScenarioValue *value = station->address;
    InetAddr addr;
    if (!scenario_check_address(value, checker->diag, &addr) || !is_given(given)) {
        return;
    }
    uint32_t v4 = inet_addr_to_v4(addr);
    if (station->host->kind.number == SCENARIO_SWITCH) {
        scenario_diag_error(checker->diag, value->mark, N_("the switch '%s' has no address"),
                            station->host->head.name);
    } else if (v4 < given->base || v4 > given->last) {
        report_address(checker, value, given,
                       N_("'%s' is not in the network %s/%u, whose hosts have %s to %s"));
    } else if (v4 == given->base) {
        report_address(checker, value, given,
                       N_("'%s' is the address of the network %s/%u itself; hosts have %s to %s"));
    } else if (v4 == given->last) {
        report_address(checker, value, given,
                       N_("'%s' is the broadcast address of %s/%u; hosts have %s to %s"));
    }
    const ScenarioStation *first = g_hash_table_lookup(checker->addresses, GUINT_TO_POINTER(v4));
    if (first != NULL) {
        report_twice(checker, first, first->address, value);
    } else {
        g_hash_table_insert(checker->addresses, GUINT_TO_POINTER(v4), (gpointer)station);
    }
}

/* Stations without an address of their own take their turn, as the world counts it: whoever has one
 * keeps his. */
static void take_turn(const Checker *checker, const ScenarioStation *station)
{
    Given *given = &checker->given[station->network];
    given->turn++;
    while (station->address == NULL &&
           g_hash_table_contains(checker->addresses, GUINT_TO_POINTER(given->base + given->turn))) {
        given->turn++;
    }
    if (station->address == NULL && given->turn >= given->last - given->base &&
        given->stations < given->last - given->base) {
        Text text;
        scenario_diag_error(checker->diag, given->mark,
                            N_("the addresses given leave none of %s/%u for '%s'; give it one "
                               "under 'ends'"),
                            format(given->base, text), (unsigned)given->bits,
                            station->host->head.name);
    }
}

/* MAC addresses */

static void check_mac(const Checker *checker, const ScenarioStation *station)
{
    static const MacAddr zero = { { 0 } };
    const ScenarioValue *value = station->mac;
    MacAddr mac;
    if (!mac_addr_parse(value->text, &mac)) {
        report_syntax(value, SCENARIO_SYNTAX_MAC, checker->diag);
        return;
    }
    if (mac_addr_is_group(&mac)) {
        scenario_diag_error(checker->diag, value->mark,
                            N_("'%s' is a group address, since its first octet is odd; a host "
                               "needs one like 02:00:00:00:00:01"),
                            value->text);
    } else if (mac_addr_equal(&mac, &zero)) {
        scenario_diag_error(checker->diag, value->mark,
                            N_("'%s' is no host's address; write one like 02:00:00:00:00:01"),
                            value->text);
    } else if (station->link->type.number == PACKET_LINK_RAW_IP) {
        scenario_diag_error(checker->diag, value->mark,
                            N_("link '%s' is raw-ip, which has no MAC addresses"),
                            station->link->head.name);
    }
    char text[18];
    mac_addr_format(&mac, text);
    g_autofree char *key = g_strdup_printf("%u %s", station->network, text);
    const ScenarioStation *first = g_hash_table_lookup(checker->macs, key);
    if (first != NULL) {
        report_twice(checker, first, first->mac, value);
    } else {
        g_hash_table_insert(checker->macs, g_steal_pointer(&key), (gpointer)station);
    }
}

static void check_stations(const Checker *checker)
{
    const ScenarioPlan *plan = checker->plan;
    for (uint32_t i = 0; i < plan->station_count; i++) {
        if (plan->stations[i].address != NULL) {
            check_address(checker, &plan->stations[i]);
        }
        if (plan->stations[i].mac != NULL) {
            check_mac(checker, &plan->stations[i]);
        }
    }
    for (uint32_t i = 0; i < plan->station_count; i++) {
        const ScenarioStation *station = &plan->stations[i];
        if (is_given(&checker->given[station->network]) &&
            station->host->kind.number != SCENARIO_SWITCH) {
            take_turn(checker, station);
        }
    }
}

void scenario_check_networks(const ScenarioPlan *plan, ScenarioDiag *diag)
{
    g_autofree Given *given = g_new0(Given, MAX(plan->network_count, 1));
    g_autoptr(GHashTable) addresses = g_hash_table_new(NULL, NULL);
    g_autoptr(GHashTable) macs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    const Checker checker = {
        .plan = plan, .diag = diag, .given = given, .addresses = addresses, .macs = macs
    };
    find_given(&checker);
    for (uint32_t i = 0; i < plan->network_count; i++) {
        if (is_given(&given[i])) {
            check_reserved(&checker, &given[i]);
            check_room(&checker, &given[i]);
        }
    }
    check_overlaps(&checker);
    check_stations(&checker);
}
