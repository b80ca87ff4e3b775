/* The dissector as an oracle. */

#include "lib/tshark.h"

#include <stdarg.h>

static const char *const checks[] = {
    "ip.check_checksum:TRUE",
    "tcp.check_checksum:TRUE",
    "udp.check_checksum:TRUE",
};

char *test_tshark(const char *capture, ...)
{
    g_autofree char *program = g_find_program_in_path("tshark");
    if (program == NULL) {
        g_test_skip("tshark is not installed");
        return NULL;
    }
    g_autoptr(GPtrArray) args = g_ptr_array_new();
    g_ptr_array_add(args, program);
    g_ptr_array_add(args, (gpointer) "-r");
    g_ptr_array_add(args, (gpointer)capture);
    for (gsize i = 0; i < G_N_ELEMENTS(checks); i++) {
        g_ptr_array_add(args, (gpointer) "-o");
        g_ptr_array_add(args, (gpointer)checks[i]);
    }
    va_list more;
    va_start(more, capture);
    for (char *arg = va_arg(more, char *); arg != NULL; arg = va_arg(more, char *)) {
        g_ptr_array_add(args, arg);
    }
    va_end(more);
    g_ptr_array_add(args, NULL);

    g_autofree char *errors = NULL;
    g_autoptr(GError) error = NULL;
    char *output = NULL;
    int status = 0;
    g_spawn_sync(NULL, (char **)args->pdata, NULL, G_SPAWN_DEFAULT, NULL, NULL, &output, &errors,
                 &status, &error);
    g_assert_no_error(error);
    if (status != 0) {
        g_error("tshark: %s", errors);
    }
    return output;
}

gboolean test_tshark_accepts(const char *capture)
{
    g_autofree char *complaints =
        test_tshark(capture, "-Y",
                    "_ws.malformed || ip.checksum.status == 0 || tcp.checksum.status == 0 || "
                    "udp.checksum.status == 0 || icmp.checksum.status == 0",
                    NULL);
    if (complaints == NULL) {
        return FALSE;
    }
    g_assert_cmpstr(complaints, ==, "");
    return TRUE;
}
