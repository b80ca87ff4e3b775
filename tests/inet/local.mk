inet_test_programs = \
	tests/inet/test-inet-conflict \
	tests/inet/test-inet-fragment \
	tests/inet/test-inet-icmp \
	tests/inet/test-inet-iface \
	tests/inet/test-inet-input \
	tests/inet/test-inet-neighbour \
	tests/inet/test-inet-route \
	tests/inet/test-inet-stack \
	tests/inet/test-inet-udp

test_programs += $(inet_test_programs)

# The network that these tests share.
check_LTLIBRARIES += tests/inet/liblab.la
tests_inet_liblab_la_SOURCES = tests/inet/lab.c tests/inet/lab.h
inet_test_ldadd = tests/inet/liblab.la $(LDADD)
tests_inet_test_inet_conflict_LDADD = $(inet_test_ldadd)
tests_inet_test_inet_fragment_LDADD = $(inet_test_ldadd)
tests_inet_test_inet_icmp_LDADD = $(inet_test_ldadd)
tests_inet_test_inet_iface_LDADD = $(inet_test_ldadd)
tests_inet_test_inet_input_LDADD = $(inet_test_ldadd)
tests_inet_test_inet_neighbour_LDADD = $(inet_test_ldadd)
tests_inet_test_inet_route_LDADD = $(inet_test_ldadd)
tests_inet_test_inet_stack_LDADD = $(inet_test_ldadd)
tests_inet_test_inet_udp_LDADD = $(inet_test_ldadd)

# Counts what the packet's way allocates.
tests_inet_test_inet_stack_LDFLAGS = $(AM_LDFLAGS) -Wl,--wrap=g_malloc,--wrap=g_malloc0 \
	-Wl,--wrap=g_memdup2,--wrap=g_bytes_new_take
