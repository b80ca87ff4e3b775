#ifndef APP_APP_PING_H
#define APP_APP_PING_H

#include "app/app.h"

extern const AppOps app_ping;

#endif
