test_programs += \
	tests/compare/test-compare

if HAVE_LIBPCAP
test_programs += \
	tests/compare/test-capture \
	tests/compare/test-compare-flows \
	tests/compare/test-flow
endif
