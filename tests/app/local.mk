test_programs += \
	tests/app/test-app-flow \
	tests/app/test-app-steps \
	tests/app/test-app-variants \
	tests/app/test-app
