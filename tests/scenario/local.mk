test_programs += \
	tests/scenario/test-scenario-include
