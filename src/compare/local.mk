libwirelab_la_SOURCES += \
	src/compare/compare.c \
	src/compare/compare.h
