tests_lib_libtest_la_SOURCES += \
	tests/lib/hex.c \
	tests/lib/hex.h
