test_programs += \
	tests/socket/test-socket
