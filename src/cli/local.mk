libwirelab_la_SOURCES += \
	src/cli/cli_lang.c \
	src/cli/cli_lang.h

wirelab_SOURCES += src/cli/main.c
