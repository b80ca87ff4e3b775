#ifndef APP_APP_CONSTANT_RATE_H
#define APP_APP_CONSTANT_RATE_H

#include "app/app.h"

extern const AppOps app_constant_rate;

#endif
