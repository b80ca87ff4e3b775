#ifndef APP_APP_ECHO_H
#define APP_APP_ECHO_H

#include "app/app.h"

extern const AppOps app_echo;

#endif
