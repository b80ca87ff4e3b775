libwirelab_la_SOURCES += \
	src/wire/addr.c \
	src/wire/addr.h \
	src/wire/checksum.c \
	src/wire/checksum.h \
	src/wire/packet.c \
	src/wire/packet.h \
	src/wire/packet_bytes.c \
	src/wire/packet_check.c \
	src/wire/packet_fault.c \
	src/wire/packet_fault.h \
	src/wire/payload.c \
	src/wire/payload.h \
	src/wire/seq.h \
	src/wire/wire_arp.c \
	src/wire/wire_arp.h \
	src/wire/wire_bytes.h \
	src/wire/wire_eth.c \
	src/wire/wire_eth.h \
	src/wire/wire_icmp.c \
	src/wire/wire_icmp.h \
	src/wire/wire_ip.h \
	src/wire/wire_ipv4.c \
	src/wire/wire_ipv4.h \
	src/wire/wire_tcp.c \
	src/wire/wire_tcp.h \
	src/wire/wire_udp.c \
	src/wire/wire_udp.h
