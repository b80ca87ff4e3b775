tests_lib_libtest_la_SOURCES += \
	tests/scenario/scenario_bed.c \
	tests/scenario/scenario_bed.h \
	tests/scenario/scenario_silence.c \
	tests/scenario/scenario_silence.h

test_programs += \
	tests/scenario/test-scenario-bounds \
	tests/scenario/test-scenario-doc \
	tests/scenario/test-scenario-errors \
	tests/scenario/test-scenario-expect \
	tests/scenario/test-scenario-include \
	tests/scenario/test-scenario-manual \
	tests/scenario/test-scenario-merge \
	tests/scenario/test-scenario-quantity \
	tests/scenario/test-scenario-resolve \
	tests/scenario/test-scenario-segment \
	tests/scenario/test-scenario-silence \
	tests/scenario/test-scenario-story \
	tests/scenario/test-scenario-topology

test_scripts += \
	tests/scenario/test-scenario-schema.sh \
	tests/scenario/test-scenario-silence-files.sh

EXTRA_DIST += tests/scenario/schema.py
