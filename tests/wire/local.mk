test_programs += \
	tests/wire/test-checksum
