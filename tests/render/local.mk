test_programs += \
	tests/render/test-render-ladder \
	tests/render/test-render-ladder-long \
	tests/render/test-render-ladder-text \
	tests/render/test-render-plot
