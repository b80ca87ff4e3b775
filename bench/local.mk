bench_programs += \
	bench/bench-capture \
	bench/bench-flows \
	bench/bench-forward \
	bench/bench-hop \
	bench/bench-loss \
	bench/bench-queue \
	bench/bench-scenarios \
	bench/bench-scoreboard

bench_cppflags = $(AM_CPPFLAGS) -I$(top_srcdir)
bench_sources = bench/bench.c bench/bench.h

bench_bench_capture_CPPFLAGS = $(bench_cppflags)
bench_bench_capture_SOURCES = bench/bench-capture.c $(bench_sources)

bench_bench_forward_CPPFLAGS = $(bench_cppflags)
bench_bench_forward_SOURCES = bench/bench-forward.c $(bench_sources)

bench_bench_hop_CPPFLAGS = $(bench_cppflags)
bench_bench_hop_SOURCES = bench/bench-hop.c $(bench_sources)

bench_bench_loss_CPPFLAGS = $(bench_cppflags)
bench_bench_loss_SOURCES = bench/bench-loss.c $(bench_sources)

bench_bench_queue_CPPFLAGS = $(bench_cppflags)
bench_bench_queue_SOURCES = \
	bench/bench-queue.c \
	$(bench_sources) \
	bench/queue.h \
	bench/queue_binary_heap.c \
	bench/queue_calendar.c \
	bench/queue_heap.h \
	bench/queue_ladder.c \
	bench/queue_library.c \
	bench/queue_list.h \
	bench/queue_names.h \
	bench/queue_quad_heap.c \
	bench/queue_run.h \
	bench/queue_wheel.c

bench_bench_flows_CPPFLAGS = $(bench_cppflags)
bench_bench_flows_SOURCES = bench/bench-flows.c $(bench_sources)

bench_bench_scoreboard_CPPFLAGS = $(bench_cppflags)
bench_bench_scoreboard_SOURCES = bench/bench-scoreboard.c $(bench_sources)

bench_bench_scenarios_CPPFLAGS = $(bench_cppflags) \
	-DBENCH_SCENARIOS='"$(abs_top_srcdir)/scenarios/bench"'
bench_bench_scenarios_SOURCES = bench/bench-scenarios.c $(bench_sources)
