/* Programs on the hosts of a HostBed. Names that they may look up: client, server, router, nowhere.
 */

#ifndef TESTS_LIB_APP_BED_H
#define TESTS_LIB_APP_BED_H

#include "app/app_steps.h"
#include "lib/host-bed.h"

/* One parameter; text for those that are texts. A list ends with a NULL name. */
typedef struct AppSetting {
    const char *name;
    int64_t value;
    const char *text;
} AppSetting;

/* A ready-made application with these parameters, the others by default; fails if it refuses. */
App *app_bed_new(HostBed *bed, const BedHost *host, const AppOps *ops, const AppSetting *settings);
/* The error if it refuses them, owned by the caller; NULL: it does not. */
GError *app_bed_refusal(HostBed *bed, const AppOps *ops, const AppSetting *settings);
/* A program of steps, up to one without a text. */
App *app_bed_steps(HostBed *bed, const BedHost *host, const AppStep *steps);

#endif
