/* Protects: text forms of addresses, their kinds and prefixes, for both families alike. */

#include "wire/addr.h"

#include <glib.h>

typedef struct AddrText {
    const char *text;
    bool valid;
    InetFamily family;
    const char *printed; /* NULL: as given */
} AddrText;

static const AddrText addr_texts[] = {
    { "192.0.2.1", true, INET_FAMILY_IPV4, NULL },
    { "0.0.0.0", true, INET_FAMILY_IPV4, NULL },
    { "255.255.255.255", true, INET_FAMILY_IPV4, NULL },
    { "::", true, INET_FAMILY_NONE, NULL },
    { "::1", true, INET_FAMILY_IPV6, NULL },
    { "2001:db8::1", true, INET_FAMILY_IPV6, NULL },
    { "2001:0DB8:0:0:0:0:0:1", true, INET_FAMILY_IPV6, "2001:db8::1" },
    { "::ffff:192.0.2.1", true, INET_FAMILY_IPV4, "192.0.2.1" },
    { "", false, INET_FAMILY_NONE, NULL },
    { "192.0.2", false, INET_FAMILY_NONE, NULL },
    { "192.0.2.256", false, INET_FAMILY_NONE, NULL },
    { "192.0.2.1 ", false, INET_FAMILY_NONE, NULL },
    { "192.0.2.1/24", false, INET_FAMILY_NONE, NULL },
    { "0x7f.0.0.1", false, INET_FAMILY_NONE, NULL },
    { "2001:db8:::1", false, INET_FAMILY_NONE, NULL },
    { "server", false, INET_FAMILY_NONE, NULL },
};

static void test_addr_text(gconstpointer data)
{
    const AddrText *row = data;
    InetAddr addr = { 7, 7 };
    g_assert_cmpint(inet_addr_parse(row->text, &addr), ==, row->valid);
    if (!row->valid) {
        g_assert_true(inet_addr_equal(addr, (InetAddr){ 7, 7 }));
        return;
    }
    g_assert_cmpint(inet_addr_family(addr), ==, row->family);
    char printed[INET_ADDR_TEXT_BYTES];
    inet_addr_format(addr, printed);
    g_assert_cmpstr(printed, ==, row->printed != NULL ? row->printed : row->text);
}

static InetAddr addr_of(const char *text)
{
    InetAddr addr;
    g_assert_true(inet_addr_parse(text, &addr));
    return addr;
}

static void test_addr_longest_text(void)
{
    char printed[INET_ADDR_TEXT_BYTES];
    inet_addr_format(addr_of("1111:2222:3333:4444:5555:6666:7777:8888"), printed);
    g_assert_cmpstr(printed, ==, "1111:2222:3333:4444:5555:6666:7777:8888");
}

static void test_addr_v4(void)
{
    g_assert_cmphex(inet_addr_to_v4(addr_of("192.0.2.1")), ==, 0xc0000201);
    g_assert_true(inet_addr_equal(inet_addr_v4(0xc0000201), addr_of("192.0.2.1")));
}

typedef struct AddrKind {
    const char *text;
    bool multicast, loopback, broadcast;
} AddrKind;

static const AddrKind addr_kinds[] = {
    { "192.0.2.1", false, false, false },
    { "224.0.0.1", true, false, false },
    { "239.255.255.255", true, false, false },
    { "240.0.0.1", false, false, false },
    { "223.255.255.255", false, false, false },
    { "127.0.0.1", false, true, false },
    { "127.255.0.1", false, true, false },
    { "128.0.0.1", false, false, false },
    { "255.255.255.255", false, false, true },
    { "ff02::1", true, false, false },
    { "fe80::1", false, false, false },
    { "::1", false, true, false },
    { "::2", false, false, false },
};

static void test_addr_kinds(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(addr_kinds); i++) {
        const AddrKind *row = &addr_kinds[i];
        InetAddr addr = addr_of(row->text);
        g_test_message("%s", row->text);
        g_assert_cmpint(inet_addr_is_multicast(addr), ==, row->multicast);
        g_assert_cmpint(inet_addr_is_loopback(addr), ==, row->loopback);
        g_assert_cmpint(inet_addr_is_broadcast(addr), ==, row->broadcast);
    }
}

typedef struct Prefix {
    const char *addr, *network;
    uint8_t bits;
    bool inside;
} Prefix;

static const Prefix prefixes[] = {
    { "192.0.2.1", "192.0.2.0", 24, true },
    { "192.0.3.1", "192.0.2.0", 24, false },
    { "192.0.3.1", "192.0.2.0", 23, true },
    { "192.0.2.1", "192.0.2.77", 24, true },
    { "192.0.2.1", "192.0.2.1", 32, true },
    { "192.0.2.1", "192.0.2.0", 32, false },
    { "203.0.113.9", "0.0.0.0", 0, true },
    { "2001:db8::1", "0.0.0.0", 0, false },
    { "192.0.2.1", "::", 0, false },
    { "2001:db8::1", "::", 0, true },
    { "2001:db8:0:1::1", "2001:db8:0:1::", 64, true },
    { "2001:db8:0:2::1", "2001:db8:0:1::", 64, false },
    { "2001:db8::ffff", "2001:db8::fff0", 124, true },
    { "2001:db8::ffff", "2001:db8::ffef", 124, false },
};

static void test_addr_prefixes(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        const Prefix *row = &prefixes[i];
        g_test_message("%s in %s/%u", row->addr, row->network, row->bits);
        g_assert_cmpint(inet_addr_in_prefix(addr_of(row->addr), addr_of(row->network), row->bits),
                        ==, row->inside);
    }
}

static void test_addr_mask(void)
{
    char printed[INET_ADDR_TEXT_BYTES];
    inet_addr_format(inet_addr_mask(addr_of("192.0.2.130"), 25), printed);
    g_assert_cmpstr(printed, ==, "192.0.2.128");
    inet_addr_format(inet_addr_mask(addr_of("192.0.2.130"), 0), printed);
    g_assert_cmpstr(printed, ==, "0.0.0.0");
    inet_addr_format(inet_addr_mask(addr_of("2001:db8:1:2:3:4:5:6"), 40), printed);
    g_assert_cmpstr(printed, ==, "2001:db8::");
}

static void test_addr_order(void)
{
    static const char *const ascending[] = { "::",          "::1",       "0.0.0.0",
                                             "10.0.0.9",    "10.0.0.10", "255.255.255.255",
                                             "2001:db8::1", "ff02::1" };
    for (size_t i = 0; i < G_N_ELEMENTS(ascending); i++) {
        for (size_t j = 0; j < G_N_ELEMENTS(ascending); j++) {
            int order = inet_addr_compare(addr_of(ascending[i]), addr_of(ascending[j]));
            g_assert_cmpint(order, ==, (i > j) - (i < j));
        }
    }
}

typedef struct MacText {
    const char *text;
    bool valid;
    const char *printed;
} MacText;

static const MacText mac_texts[] = {
    { "02:00:00:00:00:01", true, "02:00:00:00:00:01" },
    { "AA:bb:Cc:0d:eE:fF", true, "aa:bb:cc:0d:ee:ff" },
    { "", false, NULL },
    { "02:00:00:00:00", false, NULL },
    { "02:00:00:00:00:01:02", false, NULL },
    { "02:00:00:00:00:1", false, NULL },
    { "02-00-00-00-00-01", false, NULL },
    { "02:00:00:00:00:0g", false, NULL },
    { "02:00:00:00:00:01 ", false, NULL },
};

static void test_mac_texts(void)
{
    for (size_t i = 0; i < G_N_ELEMENTS(mac_texts); i++) {
        const MacText *row = &mac_texts[i];
        MacAddr mac;
        char printed[18];
        g_test_message("'%s'", row->text);
        g_assert_cmpint(mac_addr_parse(row->text, &mac), ==, row->valid);
        if (row->valid) {
            mac_addr_format(&mac, printed);
            g_assert_cmpstr(printed, ==, row->printed);
        }
    }
}

static void test_mac_groups(void)
{
    MacAddr one = { { 0x02, 0, 0, 0, 0, 1 } };
    MacAddr multicast = { { 0x01, 0x00, 0x5e, 0, 0, 1 } };
    g_assert_false(mac_addr_is_group(&one));
    g_assert_true(mac_addr_is_group(&multicast));
    g_assert_true(mac_addr_is_group(&mac_addr_broadcast));
    g_assert_true(mac_addr_equal(&one, &(MacAddr){ { 0x02, 0, 0, 0, 0, 1 } }));
    g_assert_false(mac_addr_equal(&one, &(MacAddr){ { 0x02, 0, 0, 0, 0, 2 } }));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(addr_texts); i++) {
        g_autofree char *label = g_strdelimit(g_strdup(addr_texts[i].text), "/", '-');
        g_autofree char *path = g_strdup_printf("/wire/addr/text/%zu-%s", i, label);
        g_test_add_data_func(path, &addr_texts[i], test_addr_text);
    }
    g_test_add_func("/wire/addr/longest-text", test_addr_longest_text);
    g_test_add_func("/wire/addr/v4", test_addr_v4);
    g_test_add_func("/wire/addr/kinds", test_addr_kinds);
    g_test_add_func("/wire/addr/prefixes", test_addr_prefixes);
    g_test_add_func("/wire/addr/mask", test_addr_mask);
    g_test_add_func("/wire/addr/order", test_addr_order);
    g_test_add_func("/wire/addr/mac-texts", test_mac_texts);
    g_test_add_func("/wire/addr/mac-groups", test_mac_groups);
    return g_test_run();
}
