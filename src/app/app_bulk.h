#ifndef APP_APP_BULK_H
#define APP_APP_BULK_H

#include "app/app.h"

extern const AppOps app_bulk;

#endif
