test_programs += \
	tests/study/test-conform \
	tests/study/test-rfc \
	tests/study/test-soak \
	tests/study/test-torture

test_scripts += tests/study/test-rfc.sh

tests_study_test_soak_SOURCES = \
	tests/study/soak_scenario.c \
	tests/study/soak_scenario.h \
	tests/study/test-soak.c

long_tests += tests/study/test-soak tests/study/test-torture

# A million mishaps, which make check runs a slice of.
soak: tests/study/test-soak$(EXEEXT)
	WIRELAB_LONG=1 $(MAKE) $(AM_MAKEFLAGS) check TESTS=tests/study/test-soak

.PHONY: soak
