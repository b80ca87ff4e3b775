bench_programs += \
	bench/bench-capture
