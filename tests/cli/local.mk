test_programs += \
	tests/cli/test-cli-lang
