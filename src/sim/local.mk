libwirelab_la_SOURCES += \
	src/sim/lang.c \
	src/sim/lang.h \
	src/sim/sim.c \
	src/sim/sim.h \
	src/sim/sim_lines.c \
	src/sim/sim_lines.h \
	src/sim/sim_params.c \
	src/sim/sim_params.h \
	src/sim/sim_pool.c \
	src/sim/sim_pool.h \
	src/sim/sim_queue.h \
	src/sim/sim_rng.c \
	src/sim/sim_rng.h \
	src/sim/sim_rng_table.c \
	src/sim/sim_rng_table.h

src/sim/lang.lo: src/sim/lang_zh_mo.h
