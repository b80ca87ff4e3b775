bench_programs += \
	bench/bench-capture \
	bench/bench-forward \
	bench/bench-hop \
	bench/bench-queue

bench_bench_hop_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
bench_bench_hop_SOURCES = \
	bench/bench-hop.c \
	bench/bench.c \
	bench/bench.h

bench_bench_queue_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)
bench_bench_queue_SOURCES = \
	bench/bench-queue.c \
	bench/bench.c \
	bench/bench.h \
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
