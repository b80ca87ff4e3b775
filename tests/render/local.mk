test_programs += \
	tests/render/test-render-ladder
