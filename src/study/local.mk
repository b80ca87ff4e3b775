libwirelab_la_SOURCES += \
	src/study/conform.h \
	src/study/conform_grid.c \
	src/study/conform_rules.c
