tests_lib_libtest_la_SOURCES += \
	tests/net/wire_bed.c \
	tests/net/wire_bed.h

test_programs += \
	tests/net/test-net-wire
