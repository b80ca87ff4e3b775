/* Protects the claim to an address: probes, announcements, conflicts and their defence (RFC
 * 5227). */

#include "inet/lab.h"

#define HOST_MAC "02:00:00:00:01:01"
#define Z_MAC "02:00:00:00:00:99"
#define NOBODY "00:00:00:00:00:00"
#define ANNOUNCED "ARP who has 10.0.0.1 tell 10.0.0.1 at " HOST_MAC " > ff:ff:ff:ff:ff:ff\n"

typedef struct Claim {
    Lab *lab;
    InetStack *h;
    LabStation *x;
} Claim;

static Claim build(bool announce, bool probe)
{
    InetConfig config;
    inet_config_init(&config);
    config.arp_announce = announce;
    config.arp_probe = probe;
    Claim claim = { .lab = lab_new() };
    claim.h = lab_stack(claim.lab, "h", &config);
    claim.x = lab_station(claim.lab, "x", "10.0.0.2", claim.h, "10.0.0.1/24", PACKET_LINK_ETHERNET,
                          LAB_MTU_BYTES);
    claim.x->answers_arp = false;
    claim.lab->logs = LAB_ARP | LAB_NEIGHBOUR | LAB_DISCARD | LAB_TIME;
    lab_up(claim.h, 0);
    return claim;
}

/* Somebody says that it has the address. */
static void contest(Claim *claim, const char *sender)
{
    lab_put(claim->x, lab_arp(claim->x, 1, Z_MAC, sender, NOBODY, "10.0.0.1"));
}

static void test_silent(void)
{
    Claim claim = build(false, false);
    lab_run_ms(claim.lab, 20000);
    lab_expect(claim.lab, "");
    lab_free(claim.lab);
}

/* RFC5227-ACD-ANN-1. */
static void test_announce(void)
{
    Claim claim = build(true, false);
    lab_run_ms(claim.lab, 20000);
    lab_expect(claim.lab, "1ms x saw " ANNOUNCED "2001ms x saw " ANNOUNCED);
    lab_free(claim.lab);
}

/* The times in ms of the lines that contain a word. */
static GArray *times_of(const Lab *lab, const char *word)
{
    GArray *times = g_array_new(FALSE, FALSE, sizeof(int64_t));
    g_auto(GStrv) lines = g_strsplit(lab->log->str, "\n", -1);
    for (char **line = lines; *line != NULL; line++) {
        if (strstr(*line, word) != NULL) {
            int64_t at_ms = g_ascii_strtoll(*line, NULL, 10);
            g_array_append_val(times, at_ms);
        }
    }
    return times;
}

#define AT(times, i) g_array_index(times, int64_t, i)

/* RFC5227-ACD-PROBE-1: three probes at random distances, and no use of the address before the
 * end. */
static void test_probe(void)
{
    Claim claim = build(false, true);
    InetPath path = { 0 };
    g_assert_false(inet_path_find(claim.h, lab_addr("10.0.0.2"), &path));
    g_assert_false(inet_stack_has_addr(claim.h, lab_addr("10.0.0.1")));
    lab_say(claim.x, lab_udp(claim.x, "10.0.0.2", "10.0.0.1", 1, 2, 3));
    g_assert_cmpuint(lab_discards(claim.h, INET_DISCARD_NOT_LOCAL), ==, 1);
    lab_say(claim.x, lab_arp(claim.x, 1, Z_MAC, "10.0.0.3", NOBODY, "10.0.0.1"));
    lab_forget(claim.lab);
    lab_run_ms(claim.lab, 20000);

    g_autoptr(GArray) probes = times_of(claim.lab, "tell 0.0.0.0");
    g_autoptr(GArray) announcements = times_of(claim.lab, "tell 10.0.0.1");
    g_assert_cmpuint(probes->len, ==, 3);
    g_assert_cmpint(AT(probes, 0), <=, 1001);
    for (guint i = 1; i < 3; i++) {
        int64_t gap_ms = AT(probes, i) - AT(probes, i - 1);
        g_assert_true(gap_ms >= 999 && gap_ms <= 2001);
    }
    g_assert_cmpuint(announcements->len, ==, 2);
    g_assert_cmpint(AT(announcements, 0), ==, AT(probes, 2) + 2000);
    g_assert_cmpint(AT(announcements, 1), ==, AT(probes, 2) + 4000);
    g_assert_true(inet_path_find(claim.h, lab_addr("10.0.0.2"), &path));
    lab_free(claim.lab);
}

/* RFC5227-ACD-PROBE-2 and -3: its user, or another who probes for it, takes the address from us. */
static void test_lose(gconstpointer sender)
{
    Claim claim = build(false, true);
    lab_run_ms(claim.lab, 3000);
    lab_forget(claim.lab);
    contest(&claim, sender);
    lab_run_ms(claim.lab, 20000);
    lab_expect(claim.lab, "3001ms h: 10.0.0.1 conflict " Z_MAC "\n");
    g_assert_false(inet_stack_has_addr(claim.h, lab_addr("10.0.0.1")));
    contest(&claim, "10.0.0.1"); /* nothing to defend any more */
    lab_run_ms(claim.lab, 1000);
    lab_expect(claim.lab, "");
    lab_free(claim.lab);
}

/* RFC5227-ACD-DEFEND-1: one announcement, no second within ten seconds, another one later. */
static void test_defend(void)
{
    Claim claim = build(false, false);
    contest(&claim, "10.0.0.1");
    lab_run_ms(claim.lab, 9000);
    contest(&claim, "10.0.0.1");
    lab_run_ms(claim.lab, 2000);
    contest(&claim, "10.0.0.1");
    lab_run_ms(claim.lab, 10);
    lab_expect(claim.lab, "1ms h: 10.0.0.1 conflict " Z_MAC "\n2ms x saw " ANNOUNCED
                          "9001ms h: 10.0.0.1 conflict " Z_MAC "\n"
                          "11001ms h: 10.0.0.1 conflict " Z_MAC "\n11002ms x saw " ANNOUNCED);
    g_assert_true(inet_stack_has_addr(claim.h, lab_addr("10.0.0.1")));
    lab_free(claim.lab);
}

/* Our own message, that a loop in the network brings back, is nobody else's; without ARP nothing is
 * claimed. */
static void test_no_conflict(void)
{
    Claim claim = build(false, false);
    lab_say(claim.x, lab_arp(claim.x, 1, HOST_MAC, "10.0.0.1", NOBODY, "10.0.0.1"));
    InetConfig config;
    inet_config_init(&config);
    config.arp_probe = true;
    InetStack *p = lab_stack(claim.lab, "p", &config);
    lab_station(claim.lab, "y", "10.0.5.2", p, "10.0.5.1/31", PACKET_LINK_RAW_IP, LAB_MTU_BYTES);
    lab_up(p, lab_now(claim.lab));
    g_assert_true(inet_stack_has_addr(p, lab_addr("10.0.5.1")));
    g_assert_false(inet_stack_is_broadcast(p, lab_addr("10.0.5.1")));
    lab_run_ms(claim.lab, 10000);
    lab_expect(claim.lab, "");
    lab_free(claim.lab);
}

/* Two hosts with one address do not shout for ever. */
static void test_two_of_a_kind(void)
{
    g_autoptr(Lab) lab = lab_new();
    InetConfig config;
    inet_config_init(&config);
    config.arp_announce = true;
    InetStack *a = lab_stack(lab, "a", &config), *b = lab_stack(lab, "b", &config);
    lab_join(lab, a, "10.0.0.1/24", b, "10.0.0.1/24", PACKET_LINK_ETHERNET, LAB_MTU_BYTES);
    lab->logs = LAB_NEIGHBOUR | LAB_TIME;
    lab_up(a, 0);
    lab_run_ms(lab, 60000);
    lab_expect(lab, "1ms b: 10.0.0.1 conflict 02:00:00:00:01:01\n"
                    "2ms a: 10.0.0.1 conflict 02:00:00:00:02:01\n"
                    "3ms b: 10.0.0.1 conflict 02:00:00:00:01:01\n"
                    "2001ms b: 10.0.0.1 conflict 02:00:00:00:01:01\n");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/inet/conflict/silent", test_silent);
    g_test_add_func("/inet/conflict/RFC5227-ACD-ANN-1", test_announce);
    g_test_add_func("/inet/conflict/RFC5227-ACD-PROBE-1", test_probe);
    g_test_add_data_func("/inet/conflict/RFC5227-ACD-PROBE-2", "10.0.0.1", test_lose);
    g_test_add_data_func("/inet/conflict/RFC5227-ACD-PROBE-3", "0.0.0.0", test_lose);
    g_test_add_func("/inet/conflict/RFC5227-ACD-DEFEND-1", test_defend);
    g_test_add_func("/inet/conflict/none", test_no_conflict);
    g_test_add_func("/inet/conflict/two-of-a-kind", test_two_of_a_kind);
    return g_test_run();
}
