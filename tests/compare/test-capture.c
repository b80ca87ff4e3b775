/* Protects: frames of captures are read whatever the link, the format and the unit of the stamps;
 * what is damaged ends the reading or is refused, with a reason. */

#include "lib/capture-builder.h"
#include "lib/hex.h"

/* ---- formats ---- */

typedef struct FormatRow {
    const char *label, *octets;
    int64_t time_ns; /* of the one frame; -1: there is none */
    uint32_t captured_bytes, original_bytes;
    bool faulty; /* nothing more can be read */
} FormatRow;

#define PCAP_REST "0200 0400 00000000 00000000 00000400 65000000 "
#define FRAME "02000000 0f000000 03000000 05000000 aabbcc"
#define SECTION "0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000 "
#define INTERFACE "01000000 14000000 6500 0000 00000000 14000000 "
/* if_tsresol: nanoseconds */
#define INTERFACE_NS "01000000 20000000 6500 0000 00000000 0900 0100 09000000 0000 0000 20000000 "
#define PACKET "06000000 24000000 00000000 01000000 02000000 03000000 05000000 aabbcc00 24000000 "

static const FormatRow formats[] = {
    { "microseconds", "d4c3b2a1" PCAP_REST FRAME, 2000015000, 3, 5, false },
    { "nanoseconds", "4d3cb2a1" PCAP_REST FRAME, 2000000015, 3, 5, false },
    { "big-endian",
      "a1b2c3d4 0002 0004 00000000 00000000 00040000 00000065 00000002 0000000f 00000003 00000005 "
      "aabbcc",
      2000015000, 3, 5, false },
    { "pcapng", SECTION INTERFACE PACKET, 4294967298000, 3, 5, false },
    { "pcapng-nanoseconds", SECTION INTERFACE_NS PACKET, 4294967298, 3, 5, false },
    { "no-frame", "d4c3b2a1" PCAP_REST, -1, 0, 0, false },
    { "broken-off", "d4c3b2a1" PCAP_REST "02000000 0f000000 03000000 05000000 aabb", -1, 0, 0,
      true },
    { "time-beyond-all-clocks",
      SECTION INTERFACE "06000000 24000000 00000000 ffffffff ffffffff 03000000 05000000 aabbcc00 "
                        "24000000 ",
      -1, 0, 0, true },
};

static Capture *open_octets(const GByteArray *octets, GError **error)
{
    return capture_open_file(fmemopen(octets->data, octets->len, "rb"), "memory", error);
}

static void test_format(gconstpointer data)
{
    const FormatRow *row = data;
    g_autoptr(GByteArray) octets = test_hex(row->octets);
    g_autoptr(GError) error = NULL;
    g_autoptr(Capture) capture = open_octets(octets, &error);
    g_assert_no_error(error);
    CaptureFrame frame;
    if (row->time_ns >= 0) {
        g_assert_true(capture_next(capture, &frame));
        g_assert_cmpint(frame.time_ns, ==, row->time_ns);
        g_assert_cmpint(frame.link, ==, CAPTURE_LINK_RAW_IP);
        g_assert_cmpuint(frame.original_bytes, ==, row->original_bytes);
        g_assert_cmpmem(frame.bytes, frame.captured_bytes, "\xaa\xbb\xcc", row->captured_bytes);
    }
    g_assert_false(capture_next(capture, &frame));
    g_assert_true((capture_fault(capture) != NULL) == row->faulty);
}

/* ---- links ---- */

static void test_link(gconstpointer data)
{
    CaptureLink link = (CaptureLink)GPOINTER_TO_INT(data);
    CaptureBuilder builder;
    capture_builder_init(&builder, link);
    capture_builder_handshake(&builder, 0, SIM_NS_PER_MS, 0);
    g_autoptr(FlowSet) set = capture_builder_flows(&builder);
    g_assert_cmpuint(set->frames, ==, 3);
    g_assert_cmpuint(set->odd[FLOW_ODDITY_NONE], ==, 3);
    g_assert_cmpuint(set->flows->len, ==, 1);
    capture_builder_clear(&builder);
}

/* ---- what is refused ---- */

typedef struct RefusedRow {
    const char *label, *octets, *reason;
} RefusedRow;

static const RefusedRow refused[] = {
    { "no-capture", "4242424242424242424242424242424242424242", "memory: unknown file format" },
    { "short", "d4c3b2a1 0200", "memory: truncated dump file" },
    { "usb", "d4c3b2a1 0200 0400 00000000 00000000 00000400 bd000000",
      "memory: frames of link type USB_LINUX (189) cannot be read" },
};

static void test_refused(gconstpointer data)
{
    const RefusedRow *row = data;
    g_autoptr(GByteArray) octets = test_hex(row->octets);
    g_autoptr(GError) error = NULL;
    g_assert_null(open_octets(octets, &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL);
    g_assert_true(g_str_has_prefix(error->message, row->reason));
}

static void test_missing(void)
{
    g_autoptr(GError) error = NULL;
    g_assert_null(capture_open("there/is/no/such.pcap", &error));
    g_assert_error(error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
    g_assert_true(g_str_has_prefix(error->message, "there/is/no/such.pcap: "));
}

int main(int argc, char **argv)
{
    static const char *const links[CAPTURE_N_LINKS] = {
        [CAPTURE_LINK_ETHERNET] = "ethernet", [CAPTURE_LINK_RAW_IP] = "raw-ip",
        [CAPTURE_LINK_COOKED] = "cooked",     [CAPTURE_LINK_COOKED_V2] = "cooked-v2",
        [CAPTURE_LINK_NULL] = "null",
    };
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree char *path = g_strdup_printf("/compare/capture/format/%s", formats[i].label);
        g_test_add_data_func(path, &formats[i], test_format);
    }
    for (int i = 0; i < CAPTURE_N_LINKS; i++) {
        g_autofree char *path = g_strdup_printf("/compare/capture/link/%s", links[i]);
        g_test_add_data_func(path, GINT_TO_POINTER(i), test_link);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = g_strdup_printf("/compare/capture/refused/%s", refused[i].label);
        g_test_add_data_func(path, &refused[i], test_refused);
    }
    g_test_add_func("/compare/capture/missing", test_missing);
    return g_test_run();
}
