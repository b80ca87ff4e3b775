test_programs += \
	tests/tcp/test-tcp-rtt
