libwirelab_la_SOURCES += \
	src/compare/capture.h \
	src/compare/compare.c \
	src/compare/compare.h \
	src/compare/compare_flows.c \
	src/compare/compare_flows.h \
	src/compare/compare_flows_text.c \
	src/compare/compare_info.c \
	src/compare/compare_info.h \
	src/compare/compare_words.c \
	src/compare/compare_words.h \
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
