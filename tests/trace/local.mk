test_programs += \
	tests/trace/test-trace-capture \
	tests/trace/test-trace-chinese \
	tests/trace/test-trace-folder \
	tests/trace/test-trace-log \
	tests/trace/test-trace-output \
	tests/trace/test-trace-pcap \
	tests/trace/test-trace-pcapng \
	tests/trace/test-trace-run \
	tests/trace/test-trace-story \
	tests/trace/test-trace-tables
