tests_lib_libtest_la_SOURCES +=
