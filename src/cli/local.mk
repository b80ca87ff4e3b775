libwirelab_la_SOURCES += \
	src/cli/cli.c \
	src/cli/cli.h \
	src/cli/cli_abort.c \
	src/cli/cli_abort.h \
	src/cli/cli_check.c \
	src/cli/cli_compare.c \
	src/cli/cli_conform.c \
	src/cli/cli_lang.c \
	src/cli/cli_lang.h \
	src/cli/cli_leave.c \
	src/cli/cli_leave.h \
	src/cli/cli_list.c \
	src/cli/cli_load.c \
	src/cli/cli_load.h \
	src/cli/cli_options.c \
	src/cli/cli_options.h \
	src/cli/cli_progress.c \
	src/cli/cli_progress.h \
	src/cli/cli_record.c \
	src/cli/cli_record.h \
	src/cli/cli_rfc.c \
	src/cli/cli_run.c \
	src/cli/cli_saved.c \
	src/cli/cli_saved.h \
	src/cli/cli_schema.c \
	src/cli/cli_show.c \
	src/cli/cli_signals.c \
	src/cli/cli_signals.h \
	src/cli/cli_torture.c

wirelab_SOURCES += src/cli/main.c

# The keys of a scenario, told by the program itself.
nodist_man_MANS = man/wirelab-scenario.5
CLEANFILES += man/wirelab-scenario.5

man/wirelab-scenario.5: wirelab$(EXEEXT)
	$(AM_V_GEN)$(MKDIR_P) man && \
	  LC_ALL=C ./wirelab$(EXEEXT) explain --man > $@.new && mv $@.new $@
