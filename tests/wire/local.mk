test_programs += \
	tests/wire/test-checksum \
	tests/wire/test-payload
