libwirelab_la_SOURCES += \
	src/compare/capture.h \
	src/compare/compare.c \
	src/compare/compare.h \
	src/compare/flow.c \
	src/compare/flow.h \
	src/compare/flow_capture.c \
	src/compare/flow_common.c \
	src/compare/flow_run.c

if HAVE_LIBPCAP
libwirelab_la_SOURCES += src/compare/capture.c
else
libwirelab_la_SOURCES += src/compare/capture_none.c
endif
