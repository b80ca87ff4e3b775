test_programs += \
	tests/render/test-render-ladder \
	tests/render/test-render-plot
