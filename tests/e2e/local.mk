test_programs += \
	tests/e2e/test-congestion-pairs \
	tests/e2e/test-formulas \
	tests/e2e/test-recovery-told \
	tests/e2e/test-rfc9293-figures

long_tests += tests/e2e/test-formulas

if HAVE_LIBPCAP
test_programs += tests/e2e/test-linux-traces
endif

test_scripts += \
	tests/e2e/test-bootstrap.sh \
	tests/e2e/test-captures.sh \
	tests/e2e/test-interrupted.sh \
	tests/e2e/test-plugin.sh \
	tests/e2e/test-scenarios.sh

EXTRA_DIST += \
	tests/e2e/e2e.sh \
	tests/e2e/test-compilers.sh \
	tests/e2e/update-references

# Compiles the whole program anew, so it is not run again where the program is a checking one.
if !ENABLE_SANITIZERS
test_scripts += tests/e2e/test-compilers.sh
long_tests += tests/e2e/test-compilers.sh
endif

# Keeps what the shipped scenarios do now as what they are to do.
update-references: wirelab$(EXEEXT)
	G_TEST_SRCDIR='$(abs_top_srcdir)' G_TEST_BUILDDIR='$(abs_top_builddir)' \
	  $(SHELL) "$(srcdir)/tests/e2e/update-references"

.PHONY: update-references
