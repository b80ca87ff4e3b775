libwirelab_la_SOURCES += \
	src/socket/socket.h
