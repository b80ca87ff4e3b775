#include "tcp/tcp_variant.h"

#include <string.h>

#include "tcp/tcp_cc_bbr.h"
#include "tcp/tcp_cc_bbr3.h"
#include "tcp/tcp_cc_cubic.h"
#include "tcp/tcp_cc_dctcp.h"
#include "tcp/tcp_cc_linux_cubic.h"
#include "tcp/tcp_cc_linux_reno.h"
#include "tcp/tcp_cc_reno.h"
#include "tcp/tcp_cc_vegas.h"
#include "tcp/tcp_cc_westwood.h"
#include "tcp/tcp_recovery_newreno.h"
#include "tcp/tcp_recovery_rack.h"
#include "tcp/tcp_recovery_reno.h"
#include "tcp/tcp_recovery_tahoe.h"

/* Tahoe, Reno and NewReno share one window and differ in what they do about a loss; Tahoe's
 * recovery asks for the answer to a time-out. BBR does not slow down enough for a retransmission
 * never to be lost again, so it goes with the recovery that notices, as in Linux. */
static const TcpVariant variants[] = {
    { "tahoe", &tcp_cc_reno, &tcp_recovery_tahoe },
    { "reno", &tcp_cc_reno, &tcp_recovery_reno },
    { "newreno", &tcp_cc_reno, &tcp_recovery_newreno },
    { "cubic", &tcp_cc_cubic, NULL },
    { "vegas", &tcp_cc_vegas, NULL },
    { "westwood", &tcp_cc_westwood, NULL },
    { "bbr", &tcp_cc_bbr, &tcp_recovery_rack },
    { "bbr3", &tcp_cc_bbr3, &tcp_recovery_rack },
    { "dctcp", &tcp_cc_dctcp, NULL },
    { "linux-reno", &tcp_cc_linux_reno, NULL },
    { "linux-cubic", &tcp_cc_linux_cubic, NULL },
};

const TcpVariant *tcp_variant_list(uint32_t *out_count)
{
    *out_count = G_N_ELEMENTS(variants);
    return variants;
}

const TcpVariant *tcp_variant_find(const char *name)
{
    for (uint32_t i = 0; i < G_N_ELEMENTS(variants); i++) {
        if (strcmp(variants[i].name, name) == 0) {
            return &variants[i];
        }
    }
    return NULL;
}
