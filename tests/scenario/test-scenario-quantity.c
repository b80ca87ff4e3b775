/* Protects: quantities are exact integers, a missing or misspelt unit is mended in the message, and
 * what is written reads back as the same value. */

#include "scenario/scenario_quantity.h"

typedef struct Good {
    const char *label;
    SimUnit unit;
    const char *text;
    int64_t value;
    const char *written; /* NULL: as text */
} Good;

static const Good goods[] = {
    { "number", SIM_UNIT_NUMBER, "42", 42, NULL },
    { "number-zero", SIM_UNIT_NUMBER, "0", 0, NULL },
    { "duration-ms", SIM_UNIT_DURATION, "20ms", 20000000, NULL },
    { "duration-ns", SIM_UNIT_DURATION, "1ns", 1, NULL },
    { "duration-decimal", SIM_UNIT_DURATION, "1.5s", 1500000000, NULL },
    { "duration-decimal-ns", SIM_UNIT_DURATION, "0.000000001s", 1, "1ns" },
    { "duration-trailing-zeros", SIM_UNIT_DURATION, "2.500us", 2500, "2.5us" },
    { "duration-min", SIM_UNIT_DURATION, "120s", 120000000000, "2min" },
    { "duration-h", SIM_UNIT_DURATION, "1h", 3600000000000, NULL },
    { "duration-zero", SIM_UNIT_DURATION, "0s", 0, "0ms" },
    { "duration-odd", SIM_UNIT_DURATION, "149846400ns", 149846400, "149.8464ms" },
    { "duration-90s", SIM_UNIT_DURATION, "90s", 90000000000, NULL },
    { "duration-large", SIM_UNIT_DURATION, "999999999s", 999999999000000000, NULL },
    { "rate", SIM_UNIT_RATE, "10Mbit/s", 10000000, NULL },
    { "rate-decimal", SIM_UNIT_RATE, "1.5Gbit/s", 1500000000, NULL },
    { "rate-odd", SIM_UNIT_RATE, "33.6kbit/s", 33600, NULL },
    { "bytes", SIM_UNIT_BYTES, "1500B", 1500, NULL },
    { "bytes-kB", SIM_UNIT_BYTES, "1kB", 1000, NULL },
    { "bytes-KiB", SIM_UNIT_BYTES, "64KiB", 65536, NULL },
    { "bytes-decimal-KiB", SIM_UNIT_BYTES, "0.5KiB", 512, "512B" },
    { "bytes-GiB", SIM_UNIT_BYTES, "2GiB", INT64_C(2) << 30, NULL },
    { "packets", SIM_UNIT_PACKETS, "50pkt", 50, NULL },
    { "queue-packets", SIM_UNIT_QUEUE, "50pkt", 50, NULL },
    { "queue-bytes", SIM_UNIT_QUEUE, "64KiB", -65537, NULL },
    { "queue-no-bytes", SIM_UNIT_QUEUE, "0B", -1, NULL },
    { "percent", SIM_UNIT_PROBABILITY, "1%", 10000000, NULL },
    { "percent-decimal", SIM_UNIT_PROBABILITY, "0.1%", 1000000, NULL },
    { "percent-smallest", SIM_UNIT_PROBABILITY, "0.0000001%", 1, NULL },
    { "percent-all", SIM_UNIT_PROBABILITY, "100%", 1000000000, NULL },
    { "ppm", SIM_UNIT_PROBABILITY, "10ppm", 10000, "0.001%" },
};

static void test_good(gconstpointer data)
{
    const Good *good = data;
    int64_t value = -12345;
    g_autofree char *wrong = scenario_quantity_parse(good->unit, good->text, NULL, &value);
    g_assert_cmpstr(wrong, ==, NULL);
    g_assert_cmpint(value, ==, good->value);
    g_autofree char *written = scenario_quantity_format(good->unit, value);
    g_assert_cmpstr(written, ==, good->written == NULL ? good->text : good->written);
    int64_t again = 0;
    g_autofree char *wrong_again = scenario_quantity_parse(good->unit, written, NULL, &again);
    g_assert_cmpstr(wrong_again, ==, NULL);
    g_assert_cmpint(again, ==, value);
    g_autofree char *pattern = scenario_quantity_pattern(good->unit);
    g_assert_true(pattern == NULL || g_regex_match_simple(pattern, written, 0, 0));
}

typedef struct Bad {
    const char *label;
    SimUnit unit;
    const char *text;
    const char *message;
} Bad;

static const Bad bads[] = {
    { "no-unit", SIM_UNIT_RATE, "10", "'10' has no unit; write 10Mbit/s" },
    { "no-unit-duration", SIM_UNIT_DURATION, "20", "'20' has no unit; write 20ms or 20s" },
    { "no-unit-decimal", SIM_UNIT_DURATION, "1.5", "'1.5' has no unit; write 1.5ms or 1.5s" },
    { "no-unit-probability", SIM_UNIT_PROBABILITY, "0.1", "'0.1' has no unit; write 0.1%" },
    { "no-unit-queue", SIM_UNIT_QUEUE, "50", "'50' has no unit; write 50pkt" },
    { "other-spelling", SIM_UNIT_RATE, "10Mbps",
      "'10Mbps' is not how this unit is written; write 10Mbit/s" },
    { "other-case", SIM_UNIT_RATE, "10mbit/s",
      "'10mbit/s' is not how this unit is written; write 10Mbit/s" },
    { "blank", SIM_UNIT_DURATION, "20 ms", "'20 ms' is not how this unit is written; write 20ms" },
    { "seconds", SIM_UNIT_DURATION, "3sec", "'3sec' is not how this unit is written; write 3s" },
    { "KB", SIM_UNIT_BYTES, "4KB", "'4KB' is not how this unit is written; write 4kB" },
    { "queue-KB", SIM_UNIT_QUEUE, "4KB", "'4KB' is not how this unit is written; write 4kB" },
    { "other-dimension", SIM_UNIT_DURATION, "20kB", "'20kB' is not a duration, like 20ms" },
    { "words", SIM_UNIT_DURATION, "soon", "'soon' is not a duration, like 20ms" },
    { "empty", SIM_UNIT_BYTES, "", "'' is not a number of bytes, like 64KiB" },
    { "negative", SIM_UNIT_DURATION, "-5ms", "'-5ms' is not a duration, like 20ms" },
    { "too-fine", SIM_UNIT_DURATION, "0.1ns",
      "'0.1ns' is not a whole number of the smallest unit" },
    { "half-a-byte", SIM_UNIT_BYTES, "1.5B", "'1.5B' is not a whole number of the smallest unit" },
    { "overflow", SIM_UNIT_DURATION, "9999999999999h", "'9999999999999h' is too large" },
    { "many-digits", SIM_UNIT_BYTES, "99999999999999999999B",
      "'99999999999999999999B' is too large" },
    { "point-first", SIM_UNIT_DURATION, ".5s", "'.5s' is not a duration, like 20ms" },
    { "point-last", SIM_UNIT_DURATION, "5.s", "'5.s' is not a duration, like 20ms" },
    { "two-points", SIM_UNIT_DURATION, "1.2.3s", "'1.2.3s' is not a duration, like 20ms" },
    { "number-float", SIM_UNIT_NUMBER, "1.0", "'1.0' is not a whole number" },
    { "number-hex", SIM_UNIT_NUMBER, "0x10", "'0x10' is not a whole number" },
    { "number-octal", SIM_UNIT_NUMBER, "010", "'010' begins with a zero; is it decimal? Write 10" },
    { "number-zeros", SIM_UNIT_NUMBER, "00", "'00' begins with a zero; is it decimal? Write 0" },
    { "number-sign", SIM_UNIT_NUMBER, "+1", "'+1' is not a whole number" },
    { "number-unit", SIM_UNIT_NUMBER, "5s", "'5s' is not a whole number" },
    { "number-large", SIM_UNIT_NUMBER, "9999999999999999999",
      "'9999999999999999999' is too large" },
};

static void test_bad(gconstpointer data)
{
    const Bad *bad = data;
    int64_t value = -12345;
    g_autofree char *wrong = scenario_quantity_parse(bad->unit, bad->text, NULL, &value);
    g_assert_cmpstr(wrong, ==, bad->message);
    g_assert_cmpint(value, ==, -12345);
}

/* Every value of every unit reads back: steps through magnitudes, with odd remainders. */
static void test_round_trip(void)
{
    for (int unit = 0; unit < SIM_N_UNITS; unit++) {
        if (!scenario_quantity_has_suffix((SimUnit)unit)) {
            continue;
        }
        for (int64_t value = 1; value < INT64_C(100000000000000000);
             value = value * 3 + value % 7) {
            g_autofree char *written = scenario_quantity_format((SimUnit)unit, value);
            int64_t again = 0;
            g_autofree char *wrong = scenario_quantity_parse((SimUnit)unit, written, NULL, &again);
            g_assert_cmpstr(wrong, ==, NULL);
            g_assert_cmpint(again, ==, value);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(goods); i++) {
        g_autofree char *path = g_strdup_printf("/scenario/quantity/good/%s", goods[i].label);
        g_test_add_data_func(path, &goods[i], test_good);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(bads); i++) {
        g_autofree char *path = g_strdup_printf("/scenario/quantity/bad/%s", bads[i].label);
        g_test_add_data_func(path, &bads[i], test_bad);
    }
    g_test_add_func("/scenario/quantity/round-trip", test_round_trip);
    return g_test_run();
}
