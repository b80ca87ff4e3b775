test_programs += \
	tests/study/test-conform \
	tests/study/test-rfc

test_scripts += tests/study/test-rfc.sh
