/* The text of an address. What is read must be printed, and read again as the same. */

#include <glib.h>

#include "fuzz/fuzz.h"
#include "wire/addr.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    g_autofree char *text = g_strndup((const char *)data, size);
    InetAddr addr, addr_again;
    if (inet_addr_parse(text, &addr)) {
        char printed[INET_ADDR_TEXT_BYTES];
        inet_addr_format(addr, printed);
        g_assert_true(inet_addr_parse(printed, &addr_again));
        g_assert_true(inet_addr_equal(addr, addr_again));
    }
    MacAddr mac, mac_again;
    if (mac_addr_parse(text, &mac)) {
        char printed[18];
        mac_addr_format(&mac, printed);
        g_assert_true(mac_addr_parse(printed, &mac_again));
        g_assert_true(mac_addr_equal(&mac, &mac_again));
    }
    return 0;
}
