test_programs += \
	tests/wire/test-addr \
	tests/wire/test-checksum \
	tests/wire/test-packet \
	tests/wire/test-packet-bytes \
	tests/wire/test-payload \
	tests/wire/test-seq \
	tests/wire/test-wire-arp \
	tests/wire/test-wire-eth \
	tests/wire/test-wire-icmp \
	tests/wire/test-wire-ipv4 \
	tests/wire/test-wire-tcp \
	tests/wire/test-wire-udp
