tests_lib_libtest_la_SOURCES += \
	tests/net/wire_bed.c \
	tests/net/wire_bed.h

test_programs += \
	tests/net/test-net-fault \
	tests/net/test-net-impair \
	tests/net/test-net-link \
	tests/net/test-net-loss \
	tests/net/test-net-node \
	tests/net/test-net-switch \
	tests/net/test-net-twin \
	tests/net/test-net-wire \
	tests/net/test-qdisc

long_tests += tests/net/test-net-twin
