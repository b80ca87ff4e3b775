libwirelab_la_SOURCES += \
	src/wire/addr.c \
	src/wire/addr.h \
	src/wire/checksum.c \
	src/wire/checksum.h \
	src/wire/payload.c \
	src/wire/payload.h \
	src/wire/wire_bytes.h
