# A fuzzer is tests/fuzz/fuzz-PARSER.c with LLVMFuzzerTestOneInput(), and a folder
# tests/fuzz/corpus/PARSER of inputs. List it here with tests_fuzz_fuzz_PARSER_LDADD =
# $(fuzz_ldadd). Under --enable-fuzzers it is a libFuzzer program, run by hand; otherwise
# fuzz_replay.c gives it a main() that replays the corpus as a test.
fuzz_programs += \
	tests/fuzz/fuzz-addr \
	tests/fuzz/fuzz-capture \
	tests/fuzz/fuzz-inet \
	tests/fuzz/fuzz-info \
	tests/fuzz/fuzz-lang \
	tests/fuzz/fuzz-packet \
	tests/fuzz/fuzz-scenario \
	tests/fuzz/fuzz-tcp-header \
	tests/fuzz/fuzz-trace

tests_fuzz_fuzz_addr_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_capture_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_inet_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_info_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_lang_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_packet_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_scenario_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_tcp_header_LDADD = $(fuzz_ldadd)
tests_fuzz_fuzz_trace_LDADD = $(fuzz_ldadd)

check_LTLIBRARIES += tests/fuzz/libreplay.la
tests_fuzz_libreplay_la_SOURCES = tests/fuzz/fuzz_replay.c tests/fuzz/fuzz.h

if ENABLE_FUZZERS
fuzz_tests =
fuzz_ldadd = $(LDADD) $(WL_FUZZ_LDFLAGS)

# Each fuzzer for FUZZ_SECONDS; prints executions and edges.
FUZZ_SECONDS = 60
fuzz: $(fuzz_programs)
	$(SHELL) "$(srcdir)/build-aux/fuzz" "$(srcdir)" $(FUZZ_SECONDS) $(fuzz_programs)
else
fuzz:
	@echo 'fuzz: configure with --enable-fuzzers CC=clang' >&2; exit 1

fuzz_tests = $(fuzz_programs)
fuzz_ldadd = tests/fuzz/libreplay.la $(LDADD)
endif
