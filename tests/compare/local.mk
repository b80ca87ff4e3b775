test_programs += \
	tests/compare/test-compare
