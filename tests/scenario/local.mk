test_programs += \
	tests/scenario/test-scenario-include \
	tests/scenario/test-scenario-story
