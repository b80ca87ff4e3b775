tests_lib_libtest_la_SOURCES += \
	tests/lib/app-bed.c \
	tests/lib/app-bed.h \
	tests/lib/capture-builder.c \
	tests/lib/capture-builder.h \
	tests/lib/hex.c \
	tests/lib/hex.h \
	tests/lib/host-bed.c \
	tests/lib/host-bed.h \
	tests/lib/packets.c \
	tests/lib/packets.h \
	tests/lib/run-scenario.c \
	tests/lib/run-scenario.h \
	tests/lib/segment.c \
	tests/lib/segment.h \
	tests/lib/svg.c \
	tests/lib/svg.h \
	tests/lib/tcp-bed.c \
	tests/lib/tcp-bed.h \
	tests/lib/tcp-flow.c \
	tests/lib/tcp-flow.h \
	tests/lib/temp-folder.c \
	tests/lib/temp-folder.h \
	tests/lib/trace-builder.c \
	tests/lib/trace-builder.h \
	tests/lib/tshark.c \
	tests/lib/tshark.h
