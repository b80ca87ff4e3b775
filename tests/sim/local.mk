test_programs += \
	tests/sim/test-lang \
	tests/sim/test-sim \
	tests/sim/test-sim-model \
	tests/sim/test-sim-params \
	tests/sim/test-sim-pool \
	tests/sim/test-sim-rng
tests_sim_test_sim_rng_LDADD = $(LDADD) -lm
