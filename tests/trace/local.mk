test_programs += \
	tests/trace/test-trace-output \
	tests/trace/test-trace-pcap \
	tests/trace/test-trace-pcapng
