/* The capture reader of a wirelab that was built without libpcap. */

#include "compare/capture.h"

struct Capture {
    const char *fault;
};

static void refuse(const char *name, GError **error)
{
    g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_NOSYS,
                "%s: captures cannot be read: this wirelab was built without libpcap", name);
}

Capture *capture_open(const char *path, GError **error)
{
    refuse(path, error);
    return NULL;
}

Capture *capture_open_file(FILE *file, const char *name, GError **error)
{
    fclose(file);
    refuse(name, error);
    return NULL;
}

void capture_free(Capture *capture)
{
    g_free(capture);
}

bool capture_next(Capture *capture, CaptureFrame *out_frame)
{
    return false;
}

const char *capture_fault(const Capture *capture)
{
    return capture->fault;
}
