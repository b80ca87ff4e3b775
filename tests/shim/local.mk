test_programs += tests/shim/test-shim

tests_shim_test_shim_SOURCES = \
	tests/shim/script-calls.c \
	tests/shim/script-calls.h \
	tests/shim/script-player.c \
	tests/shim/script-player.h \
	tests/shim/test-shim.c
tests_shim_test_shim_LDADD = $(LDADD) -ldl -lpthread
tests_shim_test_shim_DEPENDENCIES = tests/lib/libtest.la libwirelab.la wirelab-packetdrill.la

EXTRA_DIST += tests/shim/scripts
