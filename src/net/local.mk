libwirelab_la_SOURCES += \
	src/net/loss_random.c \
	src/net/net_ahead.c \
	src/net/net_ahead.h \
	src/net/net_fault.c \
	src/net/net_fault.h \
	src/net/net_impair.c \
	src/net/net_link.c \
	src/net/net_loss.c \
	src/net/net_loss.h \
	src/net/net_node.c \
	src/net/net_node.h \
	src/net/net_probe.c \
	src/net/net_probe.h \
	src/net/net_switch.c \
	src/net/net_switch.h \
	src/net/net_wire.c \
	src/net/net_wire.h \
	src/net/net_wire_private.h \
	src/net/net_wire_setup.c \
	src/net/qdisc.c \
	src/net/qdisc.h \
	src/net/qdisc_droptail.c
