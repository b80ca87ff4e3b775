libwirelab_la_SOURCES +=

wirelab_SOURCES += src/cli/main.c
