#ifndef APP_APP_RESPOND_H
#define APP_APP_RESPOND_H

#include "app/app.h"

extern const AppOps app_respond;

#endif
