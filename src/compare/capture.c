#include "compare/capture.h"

#include <errno.h>

#include <pcap/pcap.h>

#include "sim/sim.h"

struct Capture {
    pcap_t *pcap;
    CaptureLink link;
    const char *fault; /* lives as long as pcap */
};

static const struct {
    int dlt;
    CaptureLink link;
} links[] = {
    { DLT_EN10MB, CAPTURE_LINK_ETHERNET },
    { DLT_RAW, CAPTURE_LINK_RAW_IP },
    { DLT_IPV4, CAPTURE_LINK_RAW_IP },
    { DLT_LINUX_SLL, CAPTURE_LINK_COOKED },
    { DLT_LINUX_SLL2, CAPTURE_LINK_COOKED_V2 },
    { DLT_NULL, CAPTURE_LINK_NULL },
    { DLT_LOOP, CAPTURE_LINK_NULL },
};

static bool find_link(int dlt, CaptureLink *out_link)
{
    for (size_t i = 0; i < G_N_ELEMENTS(links); i++) {
        if (links[i].dlt == dlt) {
            *out_link = links[i].link;
            return true;
        }
    }
    return false;
}

Capture *capture_open_file(FILE *file, const char *name, GError **error)
{
    char reason[PCAP_ERRBUF_SIZE];
    g_autoptr(Capture) capture = g_new0(Capture, 1);
    capture->pcap =
        pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, reason);
    if (capture->pcap == NULL) {
        fclose(file);
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s: %s", name, reason);
        return NULL;
    }
    int dlt = pcap_datalink(capture->pcap);
    if (!find_link(dlt, &capture->link)) {
        const char *link = pcap_datalink_val_to_name(dlt);
        g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL,
                    "%s: frames of link type %s (%d) cannot be read", name,
                    link != NULL ? link : "?", dlt);
        return NULL;
    }
    return g_steal_pointer(&capture);
}

void capture_free(Capture *capture)
{
    if (capture != NULL && capture->pcap != NULL) {
        pcap_close(capture->pcap);
    }
    g_free(capture);
}

/* 2106. A stamp that no clock can have shown says that the file is damaged. Below it, differences
 * of differences of stamps stay in range. */
#define LATEST_S INT64_C(0xffffffff)

static bool stamp_is_sane(const struct timeval *stamp)
{
    return stamp->tv_sec >= 0 && stamp->tv_sec <= LATEST_S && stamp->tv_usec >= 0 &&
           stamp->tv_usec < SIM_NS_PER_S;
}

bool capture_next(Capture *capture, CaptureFrame *out_frame)
{
    struct pcap_pkthdr *header = NULL;
    const uint8_t *bytes = NULL;
    int status = pcap_next_ex(capture->pcap, &header, &bytes);
    if (status == PCAP_ERROR_BREAK) {
        return false;
    }
    if (status != 1 || !stamp_is_sane(&header->ts)) {
        capture->fault = status != 1 ? pcap_geterr(capture->pcap) : "a time beyond all clocks";
        return false;
    }
    *out_frame = (CaptureFrame){
        .time_ns = header->ts.tv_sec * SIM_NS_PER_S + header->ts.tv_usec,
        .link = capture->link,
        .captured_bytes = header->caplen,
        .original_bytes = MAX(header->len, header->caplen),
        .bytes = bytes,
    };
    return true;
}

const char *capture_fault(const Capture *capture)
{
    return capture->fault;
}

Capture *capture_open(const char *path, GError **error)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        int code = errno;
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(code), "%s: %s", path,
                    g_strerror(code));
        return NULL;
    }
    return capture_open_file(file, path, error);
}
