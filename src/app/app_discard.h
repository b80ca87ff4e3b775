#ifndef APP_APP_DISCARD_H
#define APP_APP_DISCARD_H

#include "app/app.h"

extern const AppOps app_discard;

#endif
