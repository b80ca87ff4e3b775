libwirelab_la_SOURCES += \
	src/tcp/tcp_cc.c \
	src/tcp/tcp_cc.h \
	src/tcp/tcp_cc_cubic.c \
	src/tcp/tcp_cc_cubic.h \
	src/tcp/tcp_cc_reno.c \
	src/tcp/tcp_cc_reno.h \
	src/tcp/tcp_conn.h \
	src/tcp/tcp_fsm.h \
	src/tcp/tcp_probe.h \
	src/tcp/tcp_reasm.c \
	src/tcp/tcp_reasm.h \
	src/tcp/tcp_recovery.h \
	src/tcp/tcp_rtt.c \
	src/tcp/tcp_rtt.h \
	src/tcp/tcp_sendbuf.c \
	src/tcp/tcp_sendbuf.h \
	src/tcp/tcp_sent.c \
	src/tcp/tcp_sent.h \
	src/tcp/tcp_stack.h
