libwirelab_la_SOURCES += \
	src/net/loss_random.c \
	src/net/net_fault.c \
	src/net/net_fault.h \
	src/net/net_loss.c \
	src/net/net_loss.h \
	src/net/net_probe.c \
	src/net/net_probe.h \
	src/net/qdisc.c \
	src/net/qdisc.h \
	src/net/qdisc_droptail.c
