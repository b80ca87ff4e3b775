libwirelab_la_SOURCES += \
	src/inet/inet_arp.c \
	src/inet/inet_conflict.c \
	src/inet/inet_forward.c \
	src/inet/inet_fragment.c \
	src/inet/inet_icmp.c \
	src/inet/inet_icmp.h \
	src/inet/inet_icmp_echo.c \
	src/inet/inet_icmp_error.c \
	src/inet/inet_iface.c \
	src/inet/inet_input.c \
	src/inet/inet_internal.h \
	src/inet/inet_neighbour.c \
	src/inet/inet_option.c \
	src/inet/inet_output.c \
	src/inet/inet_path.c \
	src/inet/inet_reassembly.c \
	src/inet/inet_route.c \
	src/inet/inet_stack.c \
	src/inet/inet_stack.h \
	src/inet/inet_udp.c \
	src/inet/inet_udp.h
