test_scripts += \
	tests/house/test-floats.sh \
	tests/house/test-globals.sh \
	tests/house/test-layering.sh \
	tests/house/test-listed.sh \
	tests/house/test-manual.sh \
	tests/house/test-summary.sh \
	tests/house/test-text.sh \
	tests/house/test-translations.sh

EXTRA_DIST += tests/house/house.sh tests/house/strip-comments.awk
