libwirelab_la_SOURCES += \
	src/socket/socket.c \
	src/socket/socket.h \
	src/socket/socket_datagram.c \
	src/socket/socket_echo.c \
	src/socket/socket_host.c \
	src/socket/socket_internal.h \
	src/socket/socket_stream.c
