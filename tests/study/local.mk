test_programs += \
	tests/study/test-conform
