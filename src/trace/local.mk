libwirelab_la_SOURCES += \
	src/trace/trace_fields.c \
	src/trace/trace_fields.h \
	src/trace/trace_folder.c \
	src/trace/trace_folder.h \
	src/trace/trace_log.c \
	src/trace/trace_log.h \
	src/trace/trace_read.c \
	src/trace/trace_run.c \
	src/trace/trace_run.h \
	src/trace/trace_story.c \
	src/trace/trace_summary.c \
	src/trace/trace_tables.c \
	src/trace/trace_tables.h \
	src/trace/trace_write.c
