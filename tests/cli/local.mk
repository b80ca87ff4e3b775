test_programs += \
	tests/cli/test-cli-lang \
	tests/cli/test-cli-record

test_scripts += \
	tests/cli/test-cli-compare.sh \
	tests/cli/test-cli-options.sh \
	tests/cli/test-cli-run.sh \
	tests/cli/test-cli-torture.sh
