test_programs += \
	tests/sim/test-lang
