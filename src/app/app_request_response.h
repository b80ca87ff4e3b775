#ifndef APP_APP_REQUEST_RESPONSE_H
#define APP_APP_REQUEST_RESPONSE_H

#include "app/app.h"

extern const AppOps app_request_response;

#endif
