bench_programs += \
	bench/bench-capture \
	bench/bench-forward
