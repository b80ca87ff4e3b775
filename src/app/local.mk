libwirelab_la_SOURCES += \
	src/app/app.c \
	src/app/app.h \
	src/app/app_bulk.c \
	src/app/app_bulk.h \
	src/app/app_constant_rate.c \
	src/app/app_constant_rate.h \
	src/app/app_discard.c \
	src/app/app_discard.h \
	src/app/app_echo.c \
	src/app/app_echo.h \
	src/app/app_ping.c \
	src/app/app_ping.h \
	src/app/app_request_response.c \
	src/app/app_request_response.h \
	src/app/app_respond.c \
	src/app/app_respond.h \
	src/app/app_server.c \
	src/app/app_server.h \
	src/app/app_steps.c \
	src/app/app_steps.h \
	src/app/app_steps_calls.c \
	src/app/app_steps_internal.h \
	src/app/app_traceroute.c \
	src/app/app_traceroute.h
