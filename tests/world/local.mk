test_programs += \
	tests/world/test-world
