test_programs += \
	tests/app/test-app-steps \
	tests/app/test-app
