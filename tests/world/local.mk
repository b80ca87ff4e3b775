test_programs += \
	tests/world/test-world \
	tests/world/test-world-allocations \
	tests/world/test-world-observe
